import type { Parsed } from "@ows/base";
import { type Hello, LinkMessage } from "./gen/ows/mesh/v1/link.ts";

/** Version of everything that travels on links. A peer with another one is refused with both numbers named. */
export const LINK_PROTOCOL_VERSION = 1;

export type LinkBody = NonNullable<LinkMessage["body"]>;

export function encodeLinkMessage(body: LinkBody): Uint8Array {
  return LinkMessage.encode({ body }).finish();
}

/** The one place where control payloads from outside are decoded: hostile bytes become a reason, never a throw. */
export function decodeLinkMessage(payload: Uint8Array): Parsed<LinkBody> {
  try {
    const { body } = LinkMessage.decode(payload);
    return body === undefined ? { ok: false, reason: "no known message in the payload" } : { ok: true, value: body };
  } catch (error) {
    return { ok: false, reason: `not a link message: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Why a peer's Hello can't be accepted, or `undefined`. Credentials are the caller's business. */
export function refuseHello(hello: Hello, expectedRoles: readonly string[]): string | undefined {
  if (hello.protocolVersion !== LINK_PROTOCOL_VERSION) {
    return `link protocol ${hello.protocolVersion}, this side speaks ${LINK_PROTOCOL_VERSION}`;
  }
  if (!expectedRoles.includes(hello.role)) return `role "${hello.role}", expected ${expectedRoles.join(" or ")}`;
  if (hello.incarnation === "") return "no incarnation";
  return undefined;
}
