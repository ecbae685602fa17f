import { type ByteReader, ByteWriter, type Parsed, parseBytes, WireError } from "@ows/base";
import { type FieldValue, readFields, writeFields } from "@ows/game";
import type { GameSchema } from "./schema.ts";

/** Version of the game link. A client with another one is told both numbers. */
export const GAME_PROTOCOL_VERSION = 1;

/** The largest message a client may send, in bytes. */
export const MAX_CLIENT_MESSAGE_BYTES = 4096;

/** Most inputs in one message; a client that has more sends several messages. */
export const MAX_INPUTS_PER_MESSAGE = 64;

/**
 * How a client proves who it is: a ticket from the backend, the token of an earlier Welcome, a stock travel ID, or the
 * token of a HandoffPrepare. A link attached by the last one stays silent until its server owns the avatar.
 */
export type AttachMode = "ticket" | "resume" | "travel-id" | "handoff";
const ATTACH_MODES: readonly AttachMode[] = ["ticket", "resume", "travel-id", "handoff"];

export type Input = {
  readonly kind: number;
  readonly values: Readonly<Record<string, FieldValue>>;
};

export type ClientMessage =
  /** The first message; `gameHash` is `GameSchema.hash`. A travel ID may be in the URL (`?ID=`) instead of `token`. */
  | {
      readonly type: "attach";
      readonly protocolVersion: number;
      readonly gameHash: number;
      readonly mode: AttachMode;
      readonly token: string;
    }
  /** Inputs `firstSeq`, `firstSeq + 1`, …; `seenTick` is the newest snapshot the client has. */
  | { readonly type: "inputs"; readonly seenTick: number; readonly firstSeq: number; readonly inputs: readonly Input[] }
  | { readonly type: "ping"; readonly clientTimeMs: number }
  /** The player leaves for good: no link-dead time. */
  | { readonly type: "leave" };

const ATTACH = 1;
const INPUTS = 2;
const PING = 3;
const LEAVE = 4;

export function encodeClientMessage(message: ClientMessage, schema: GameSchema): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(64);
  switch (message.type) {
    case "attach":
      writer.u8(ATTACH).u16(message.protocolVersion).u32(message.gameHash);
      return writer.u8(ATTACH_MODES.indexOf(message.mode)).text(message.token).finish();
    case "inputs":
      writer.u8(INPUTS).u32(message.seenTick).varint(message.firstSeq).u8(message.inputs.length);
      for (const input of message.inputs) {
        writer.u8(input.kind);
        writeFields(writer, schema.inputs[input.kind]?.fields ?? {}, input.values);
      }
      return writer.finish();
    case "ping":
      return writer.u8(PING).f64(message.clientTimeMs).finish();
    case "leave":
      return writer.u8(LEAVE).finish();
  }
}

/** What a client sent, or why it is not a message of this game. */
export function decodeClientMessage(bytes: Uint8Array, schema: GameSchema): Parsed<ClientMessage> {
  return parseBytes(bytes, (reader) => readMessage(reader, schema));
}

function readMessage(reader: ByteReader, schema: GameSchema): ClientMessage {
  const type = reader.u8();
  switch (type) {
    case ATTACH: {
      const protocolVersion = reader.u16();
      const gameHash = reader.u32();
      const mode = ATTACH_MODES[reader.u8()];
      if (mode === undefined) throw new WireError("unknown way to attach");
      return { type: "attach", protocolVersion, gameHash, mode, token: reader.text(2048) };
    }
    case INPUTS:
      return readInputs(reader, schema);
    case PING: {
      const clientTimeMs = reader.f64();
      if (!Number.isFinite(clientTimeMs)) throw new WireError("a ping without a time");
      return { type: "ping", clientTimeMs };
    }
    case LEAVE:
      return { type: "leave" };
    default:
      throw new WireError(`message type ${type}, expected 1 to 4`);
  }
}

function readInputs(reader: ByteReader, schema: GameSchema): ClientMessage {
  const seenTick = reader.u32();
  const firstSeq = reader.varint();
  if (firstSeq === 0) throw new WireError("inputs are numbered from 1");
  const count = reader.u8();
  if (count > MAX_INPUTS_PER_MESSAGE) throw new WireError(`${count} inputs in one message, at most 64 are allowed`);
  const inputs: Input[] = [];
  for (let i = 0; i < count; i++) {
    const kind = reader.u8();
    const fields = schema.inputs[kind]?.fields;
    if (fields === undefined) throw new WireError(`input kind ${kind} does not exist in this game`);
    inputs.push({ kind, values: readFields(reader, fields) });
  }
  return { type: "inputs", seenTick, firstSeq, inputs };
}
