import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { CREDENTIAL_HEADER } from "@ows/protocol/ticket";

/** Answers `GET /inspect` to whoever has the credential, and nothing else. */
export function answerInspect(
  request: IncomingMessage,
  response: ServerResponse,
  credential: string | undefined,
  look: () => unknown,
): void {
  const path = request.url?.split("?")[0];
  if (path !== "/inspect" || request.method !== "GET") answer(response, 404, { title: "Not Found" });
  else if (!isSame(credential, request.headers[CREDENTIAL_HEADER])) answer(response, 401, { title: "Unauthorized" });
  else answer(response, 200, look());
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  // The port is for games: whoever asks for something else does not stay.
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify(body));
}

function isSame(expected: string | undefined, presented: string | string[] | undefined): boolean {
  if (expected === undefined || typeof presented !== "string") return false;
  const a = Buffer.from(expected);
  const b = Buffer.from(presented);
  return a.length === b.length && timingSafeEqual(a, b);
}
