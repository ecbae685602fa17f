import { createHmac, timingSafeEqual } from "node:crypto";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";

const MAX_NAME = 255;
const name = Type.String({ maxLength: MAX_NAME });
const id = Type.Integer({ minimum: 0 });
const exchange = Type.Object({
  exchange: name,
  type: Type.Literal("direct"),
  durable: Type.Boolean(),
  autoDelete: Type.Boolean(),
});
const base64 = Type.String();

/** What a client says. Everything with an `id` is answered by it. */
const clientMessage = Type.Union([
  Type.Object({ op: Type.Literal("hello"), proof: name }),
  Type.Object({ op: Type.Literal("declare"), id, exchange }),
  Type.Object({ op: Type.Literal("publish"), id, exchange, routingKey: name, body: base64 }),
  Type.Object({
    op: Type.Literal("consume"),
    id,
    queue: id,
    bindings: Type.Array(Type.Object({ exchange, routingKey: name }), { maxItems: 64 }),
    capacity: Type.Integer({ minimum: 1, maximum: 100_000 }),
  }),
  Type.Object({ op: Type.Literal("cancel"), id, queue: id }),
  // The handler has finished with the last delivery of this queue.
  Type.Object({ op: Type.Literal("done"), queue: id }),
]);

const serverMessage = Type.Union([
  Type.Object({ op: Type.Literal("challenge"), nonce: name }),
  Type.Object({ op: Type.Literal("welcome") }),
  Type.Object({ op: Type.Literal("answer"), id, result: name }),
  Type.Object({
    op: Type.Literal("refusal"),
    id,
    code: Type.Union([Type.Literal("conflict"), Type.Literal("refused")]),
    reason: Type.String(),
  }),
  Type.Object({ op: Type.Literal("deliver"), queue: id, exchange: name, routingKey: name, body: base64 }),
]);

export type ClientMessage = Static<typeof clientMessage>;
export type ServerMessage = Static<typeof serverMessage>;

/** Throws when the payload is not a message; the connection it came from is then closed. */
export function parseClientMessage(payload: Uint8Array): ClientMessage {
  return Value.Parse(clientMessage, parseJson(payload));
}

export function parseServerMessage(payload: Uint8Array): ServerMessage {
  return Value.Parse(serverMessage, parseJson(payload));
}

function parseJson(payload: Uint8Array): unknown {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
}

/** Shows that the speaker has the secret without sending it: the nonce is new for each connection. */
export function proofOf(secret: string, nonce: string): string {
  return createHmac("sha256", secret).update(`ows bus ${nonce}`).digest("base64url");
}

export function isProof(secret: string, nonce: string, presented: string): boolean {
  const expected = Buffer.from(proofOf(secret, nonce));
  const given = Buffer.from(presented);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
