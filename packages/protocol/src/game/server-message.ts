import { type ByteReader, ByteWriter, type EntityId, type Epoch, type Parsed, parseBytes, WireError } from "@ows/base";
import type { Bounds } from "@ows/game";

/** First byte of each message from a server. */
export const WELCOME = 1;
export const SNAPSHOT = 2;
export const PONG = 3;
export const CLOSING = 4;
export const HANDOFF_PREPARE = 5;

export type Welcome = {
  readonly type: "welcome";
  readonly entityId: EntityId;
  /** Ownership of the avatar; a client obeys the link with the highest. */
  readonly epoch: Epoch;
  readonly classIndex: number;
  readonly tick: number;
  readonly tickHz: number;
  readonly viewRadius: number;
  /** The newest input of this avatar that has been applied, by whatever client: the next one is this + 1. */
  readonly lastInputSeq: number;
  readonly zoneInstanceId: number;
  readonly zoneName: string;
  readonly serverName: string;
  readonly bounds: Bounds;
  /** Lets the same player attach again without the backend, for as long as the avatar lives. */
  readonly resumeToken: string;
};

/**
 * The avatar may soon belong to another server: open a second, silent link there and attach with `token`. When that
 * server owns the avatar it sends a Welcome with a higher epoch, and from then on the client obeys that link. A server
 * to which a link stands already needs none: then `token` is told there again.
 */
export type HandoffPrepare = {
  readonly type: "handoff-prepare";
  readonly zoneInstanceId: number;
  readonly url: string;
  readonly token: string;
};

/** Why the server ends the connection. `retry` says whether asking the backend for a server again makes sense. */
export type Closing = {
  readonly type: "closing";
  readonly code: ClosingCode;
  /** For a person. */
  readonly reason: string;
  readonly retry: boolean;
  /** How long to wait before that, in milliseconds. */
  readonly retryAfterMs: number;
};

export type ClosingCode =
  /** The ticket, token or travel ID is not good (any more): join again through the backend. */
  | "refused"
  /** Another build of the game or another protocol. */
  | "incompatible"
  /** The server has no room. */
  | "full"
  /** A newer client of the same character took over. */
  | "replaced"
  /** The character went to another zone. */
  | "travelled"
  /** The server is stopping: the character is saved. */
  | "stopping"
  /** Malformed or too many messages. */
  | "protocol"
  /** The client did not read what it was sent. */
  | "too-slow"
  | "left";

const CLOSING_CODES: readonly ClosingCode[] = [
  "refused",
  "incompatible",
  "full",
  "replaced",
  "travelled",
  "stopping",
  "protocol",
  "too-slow",
  "left",
];

export type Pong = { readonly type: "pong"; readonly clientTimeMs: number; readonly tick: number };

export function encodeWelcome(m: Welcome): Uint8Array<ArrayBuffer> {
  const w = new ByteWriter(256).u8(WELCOME).varint(m.entityId).u32(m.epoch.term).u32(m.epoch.count).u8(m.classIndex);
  w.u32(m.tick).u8(m.tickHz).f32(m.viewRadius).varint(m.lastInputSeq).u32(m.zoneInstanceId);
  w.text(m.zoneName).text(m.serverName);
  w.f64(m.bounds.minX).f64(m.bounds.minY).f64(m.bounds.maxX).f64(m.bounds.maxY);
  return w.text(m.resumeToken).finish();
}

export function encodeClosing(m: Closing): Uint8Array<ArrayBuffer> {
  const w = new ByteWriter(128).u8(CLOSING).u8(CLOSING_CODES.indexOf(m.code)).text(m.reason);
  return w
    .u8(m.retry ? 1 : 0)
    .u32(m.retryAfterMs)
    .finish();
}

export function encodePong(m: Pong): Uint8Array<ArrayBuffer> {
  return new ByteWriter(16).u8(PONG).f64(m.clientTimeMs).u32(m.tick).finish();
}

export function encodeHandoffPrepare(m: HandoffPrepare): Uint8Array<ArrayBuffer> {
  return new ByteWriter(128).u8(HANDOFF_PREPARE).u32(m.zoneInstanceId).text(m.url).text(m.token).finish();
}

/** Everything but snapshots, which need the state they build on: see `SnapshotReader`. */
export function decodeServerMessage(bytes: Uint8Array): Parsed<Welcome | Closing | Pong | HandoffPrepare> {
  return parseBytes(bytes, (reader) => {
    const type = reader.u8();
    switch (type) {
      case WELCOME:
        return readWelcome(reader);
      case CLOSING:
        return readClosing(reader);
      case PONG:
        return { type: "pong", clientTimeMs: reader.f64(), tick: reader.u32() };
      case HANDOFF_PREPARE:
        return {
          type: "handoff-prepare",
          zoneInstanceId: reader.u32(),
          url: reader.text(512),
          token: reader.text(256),
        };
      default:
        throw new WireError(`message type ${type}, expected ${WELCOME}, ${PONG}, ${CLOSING} or ${HANDOFF_PREPARE}`);
    }
  });
}

function readWelcome(r: ByteReader): Welcome {
  return {
    type: "welcome",
    entityId: r.varint() as EntityId,
    epoch: { term: r.u32(), count: r.u32() },
    classIndex: r.u8(),
    tick: r.u32(),
    tickHz: r.u8(),
    viewRadius: r.f32(),
    lastInputSeq: r.varint(),
    zoneInstanceId: r.u32(),
    zoneName: r.text(256),
    serverName: r.text(256),
    bounds: { minX: r.f64(), minY: r.f64(), maxX: r.f64(), maxY: r.f64() },
    resumeToken: r.text(256),
  };
}

function readClosing(r: ByteReader): Closing {
  const code = CLOSING_CODES[r.u8()];
  if (code === undefined) throw new WireError("unknown closing code");
  return { type: "closing", code, reason: r.text(1024), retry: r.u8() === 1, retryAfterMs: r.u32() };
}
