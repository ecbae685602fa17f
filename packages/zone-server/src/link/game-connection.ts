import type { Duplex } from "node:stream";
import type { Clock } from "@ows/base";
import { type ClosingCode, encodeClosing } from "@ows/protocol/game";
import type { WebSocket } from "ws";
import { TokenBucket } from "./token-bucket.ts";

/** Messages a client may send per second and at once; a client that plays sends about its tick rate. */
const MESSAGES_PER_SECOND = 90;
const MESSAGE_BURST = 180;
/** A client with this many more refused messages than good ones is cut off. */
const MAX_REFUSED_MESSAGES = 600;
/** How long a closing connection may take to say goodbye. */
const GOODBYE_MS = 1_500;

/** Whether asking the backend for a server again makes sense, by reason. */
const RETRY: Readonly<Record<ClosingCode, boolean>> = {
  refused: true,
  incompatible: false,
  full: true,
  replaced: false,
  travelled: false,
  stopping: true,
  protocol: false,
  "too-slow": true,
  left: false,
};

/** What the world needs of a client's connection. */
export type ClientPipe = Pick<GameConnection, "isOpen" | "unsentBytes" | "send" | "close">;

/** First byte of an unfragmented binary WebSocket message. */
const FINAL_BINARY = 0x82;

/** One client's socket: counts what it sends, and closes with a reason. */
export class GameConnection {
  readonly #socket: WebSocket;
  /** What the WebSocket runs on. */
  readonly #stream: Duplex;
  readonly #clock: Clock;
  readonly #messages: TokenBucket;
  #refused = 0;
  #isClosing = false;
  bytesOut = 0;

  constructor(socket: WebSocket, stream: Duplex, clock: Clock) {
    this.#socket = socket;
    this.#stream = stream;
    this.#clock = clock;
    this.#messages = new TokenBucket(MESSAGES_PER_SECOND, MESSAGE_BURST, clock.nowMs());
  }

  get isOpen(): boolean {
    return !this.#isClosing && this.#socket.readyState === this.#socket.OPEN;
  }

  /** Bytes that were sent and not yet taken by the network. */
  get unsentBytes(): number {
    return this.#stream.writableLength;
  }

  /** Whether another message of this client may be looked at. */
  admitMessage(): "yes" | "refused" | "cut-off" {
    if (this.#messages.take(this.#clock.nowMs())) {
      this.#refused = Math.max(0, this.#refused - 1);
      return "yes";
    }
    return ++this.#refused > MAX_REFUSED_MESSAGES ? "cut-off" : "refused";
  }

  /**
   * Sends a binary message; the bytes are copied. Header and message go out in one write: the library's two would
   * cost a third more, and without compression nothing of the library's can come in between.
   */
  send(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    this.bytesOut += bytes.length;
    this.#stream.write(binaryFrame(bytes));
  }

  /** Says why, then ends the connection; a client that does not answer is cut off. Repeated calls do nothing. */
  close(code: ClosingCode, reason: string, retryAfterMs = 0): void {
    if (this.#isClosing) return;
    if (this.isOpen) {
      this.#socket.send(encodeClosing({ type: "closing", code, reason, retry: RETRY[code], retryAfterMs }));
    }
    this.#isClosing = true;
    this.#socket.close(code === "protocol" ? 1008 : 1000, code);
    const overdue = setTimeout(() => this.#socket.terminate(), GOODBYE_MS);
    this.#socket.once("close", () => clearTimeout(overdue));
  }
}

function binaryFrame(payload: Uint8Array): Buffer {
  const { length } = payload;
  const headerBytes = length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame[0] = FINAL_BINARY;
  if (headerBytes === 2) frame[1] = length;
  else if (headerBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(payload, headerBytes);
  return frame;
}
