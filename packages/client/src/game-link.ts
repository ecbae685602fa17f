/** What the SDK needs of a WebSocket: the browser's, Node's and that of `ws` have it. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
}
export type WebSocketConstructor = new (url: string) => WebSocketLike;

export type LinkHandlers = {
  readonly onOpen: () => void;
  readonly onMessage: (bytes: Uint8Array) => void;
  /** Once, when the link ended without `close`. */
  readonly onLost: (message: string) => void;
};

const OPEN = 1;
/** More unsent bytes than this: the link does not drain, so inputs wait in their own queue. */
const MAX_UNSENT_BYTES = 64 * 1024;

/** One connection to a zone server. After `close` none of its handlers is called again. */
export class GameLink {
  readonly #socket: WebSocketLike;
  #isOver = false;

  /** Throws when `url` is not a WebSocket URL. */
  constructor(url: string, WebSocket: WebSocketConstructor, handlers: LinkHandlers) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    let lostMessage = "The server can't be reached.";
    this.#socket.onopen = () => {
      lostMessage = "The connection to the server was lost.";
      if (!this.#isOver) handlers.onOpen();
    };
    this.#socket.onmessage = (event: { readonly data?: unknown }) => {
      if (!this.#isOver && event.data instanceof ArrayBuffer) handlers.onMessage(new Uint8Array(event.data));
    };
    this.#socket.onclose = () => {
      if (this.#isOver) return;
      this.#isOver = true;
      handlers.onLost(lostMessage);
    };
    // A close event follows; without a handler Node would take the error for uncaught.
    this.#socket.onerror = () => {};
  }

  get isReady(): boolean {
    return !this.#isOver && this.#socket.readyState === OPEN && this.#socket.bufferedAmount < MAX_UNSENT_BYTES;
  }

  /** Sends when the link is open; answers whether it was. */
  send(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.#isOver || this.#socket.readyState !== OPEN) return false;
    this.#socket.send(bytes);
    return true;
  }

  close(): void {
    this.#isOver = true;
    this.#socket.close();
  }
}
