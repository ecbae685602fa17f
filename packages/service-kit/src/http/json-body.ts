import type { FastifyInstance } from "fastify";
import { ServiceError } from "../service-error.ts";

const jsonTypes = /^(?:application|text)\/(?:json|[\w.-]+\+json)\s*(?:;|$)/i;

/** Accepts JSON bodies only; anything else is 415. Names such as `__proto__` are harmless: binding copies known names. */
export function acceptJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(jsonTypes, { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, JSON.parse(withoutByteOrderMark(String(body))));
    } catch (cause) {
      done(new ServiceError("invalid-argument", "The body is not valid JSON.", { cause }));
    }
  });
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
