import type { Socket } from "node:net";
import { CONTROL_LANE, encodeFrame, FrameDecoder } from "@ows/protocol/mesh";

/** Bus messages are small; a body of a quarter of a megabyte in base64 is far beyond any of them. */
const MAX_MESSAGE_BYTES = 1 << 18;
/** A peer that lets this much pile up is stuck. */
const MAX_UNSENT_BYTES = 1 << 22;

/** JSON messages over framed TCP. Whatever is not a message closes the connection. */
export class MessageSocket<Incoming, Outgoing> {
  readonly #socket: Socket;
  /** Resolves once, with the reason, when the connection has ended for whatever cause. */
  readonly closed: Promise<string>;
  #reason = "closed by the peer";

  constructor(socket: Socket, parse: (payload: Uint8Array) => Incoming, onMessage: (message: Incoming) => void) {
    this.#socket = socket;
    socket.setNoDelay(true);
    const decoder = new FrameDecoder(MAX_MESSAGE_BYTES);
    socket.on("data", (chunk) => {
      try {
        const decoded = decoder.push(chunk);
        if (!decoded.ok) throw new Error(`${decoded.reason}: ${decoded.detail}`);
        for (const { payload } of decoded.frames) if (!socket.destroyed) onMessage(parse(payload));
      } catch (error) {
        this.close(error instanceof Error ? error.message : String(error));
      }
    });
    socket.on("error", (error) => {
      this.#reason = error.message;
    });
    this.closed = new Promise((resolve) => {
      socket.once("close", () => resolve(this.#reason));
    });
  }

  send(message: Outgoing): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(encodeFrame(CONTROL_LANE, Buffer.from(JSON.stringify(message))));
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) this.close("the peer does not read");
  }

  close(reason: string): void {
    if (this.#socket.destroyed) return;
    this.#reason = reason;
    this.#socket.destroy();
  }
}
