/** Lanes of a link. Control goes first whenever both have something to send. */
export const CONTROL_LANE = 0;
export const BULK_LANE = 1;

/** Length (u32, little-endian, of what follows it) and lane (u8). */
export const FRAME_HEADER_BYTES = 5;

/** The largest payload a peer may send, in bytes. A handoff state is about 2 KB, a full ghost batch about 70 KB. */
export const MAX_FRAME_PAYLOAD_BYTES = 1 << 20;

export type Frame = { readonly lane: number; readonly payload: Uint8Array };

/** One frame, ready for the socket. */
export function encodeFrame(lane: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length + 1, true);
  bytes[4] = lane;
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

export type DecodedFrames =
  | { readonly ok: true; readonly frames: readonly Frame[] }
  /** Not our protocol, or hostile: the connection must be closed. */
  | { readonly ok: false; readonly reason: "oversized" | "empty" | "unknown-lane"; readonly detail: string };

/**
 * Cuts a byte stream into frames. Holds at most one unfinished frame, so its memory is bounded by `maxPayloadBytes`.
 * After a refusal it stays refused.
 */
export class FrameDecoder {
  readonly #maxPayloadBytes: number;
  #pending: Uint8Array = new Uint8Array(0);
  #refusal: DecodedFrames | undefined;

  constructor(maxPayloadBytes = MAX_FRAME_PAYLOAD_BYTES) {
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** Takes the next bytes of the stream and gives the frames that are complete. Payloads are views, not copies. */
  push(chunk: Uint8Array): DecodedFrames {
    if (this.#refusal !== undefined) return this.#refusal;
    const bytes = this.#pending.length === 0 ? chunk : concat(this.#pending, chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = view.getUint32(at, true);
      if (length === 0) return this.#refuse("empty", "a frame without a lane");
      if (length - 1 > this.#maxPayloadBytes) {
        return this.#refuse(
          "oversized",
          `a frame of ${length - 1} bytes, at most ${this.#maxPayloadBytes} are allowed`,
        );
      }
      if (bytes.length - at < 4 + length) break;
      const lane = bytes[at + 4] as number;
      if (lane > BULK_LANE) return this.#refuse("unknown-lane", `lane ${lane}, expected 0 or 1`);
      frames.push({ lane, payload: bytes.subarray(at + FRAME_HEADER_BYTES, at + 4 + length) });
      at += 4 + length;
    }
    this.#pending = bytes.slice(at);
    return { ok: true, frames };
  }

  #refuse(reason: "oversized" | "empty" | "unknown-lane", detail: string): DecodedFrames {
    this.#pending = new Uint8Array(0);
    this.#refusal = { ok: false, reason, detail };
    return this.#refusal;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
