import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "@ows/base";
import {
  type ClientMessage,
  decodeClientMessage,
  encodePong,
  type GameSchema,
  MAX_CLIENT_MESSAGE_BYTES,
} from "@ows/protocol/game";
import { PortTakenError } from "@ows/service-kit";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { GameConnection } from "./game-connection.ts";

/** What the server does with its clients. */
export type GameLinkHandlers<Connection = GameConnection> = {
  /** The first message of a client. */
  readonly attach: (connection: Connection, message: Extract<ClientMessage, { type: "attach" }>) => void;
  readonly inputs: (connection: Connection, message: Extract<ClientMessage, { type: "inputs" }>) => void;
  readonly leave: (connection: Connection) => void;
  readonly closed: (connection: Connection) => void;
  /** Number of the current tick. */
  readonly tick: () => number;
  /** Anything that is no WebSocket. */
  readonly request: (request: IncomingMessage, response: ServerResponse) => void;
};

export type GameLinkOptions = {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly attachDeadlineMs: number;
  readonly schema: GameSchema;
  readonly clock: Clock;
  readonly handlers: GameLinkHandlers;
};

/** Strangers without a WebSocket that may be connected at once. */
const MAX_OTHER_CONNECTIONS = 64;

export type GameLinkCounts = {
  readonly connections: number;
  /** Refused for want of room. */
  readonly turnedAway: number;
  /** Closed for what they sent. */
  readonly malformed: number;
  /** Above their rate. */
  readonly refusedMessages: number;
};

/** The port that game clients connect to. Every message is counted against its client's rate before it is looked at. */
export class GameLink implements AsyncDisposable {
  readonly #options: GameLinkOptions;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<GameConnection>();
  #turnedAway = 0;
  #malformed = 0;
  #refusedMessages = 0;
  /** Bytes sent on connections that are gone. */
  #pastBytesOut = 0;

  private constructor(options: GameLinkOptions) {
    this.#options = options;
    this.#http = createServer({ headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 });
    this.#http.maxConnections = options.maxConnections + MAX_OTHER_CONNECTIONS;
    this.#http.on("request", options.handlers.request);
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_CLIENT_MESSAGE_BYTES,
      perMessageDeflate: false,
      clientTracking: false,
    });
  }

  /** Rejects with `PortTakenError` when another program has the port. */
  static async listen(options: GameLinkOptions): Promise<GameLink> {
    const { host, port } = options;
    const link = new GameLink(options);
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: NodeJS.ErrnoException) =>
        reject(error.code === "EADDRINUSE" ? new PortTakenError("the zone server", host, port, error) : error);
      link.#http.once("error", refuse);
      link.#http.listen(port, host, () => {
        link.#http.off("error", refuse);
        resolve();
      });
    });
    return link;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get counts(): GameLinkCounts {
    return {
      connections: this.#connections.size,
      turnedAway: this.#turnedAway,
      malformed: this.#malformed,
      refusedMessages: this.#refusedMessages,
    };
  }

  /** Bytes sent to clients since the start. */
  get bytesOut(): number {
    let bytes = this.#pastBytesOut;
    for (const connection of this.#connections) bytes += connection.bytesOut;
    return bytes;
  }

  /** Ends every connection and frees the port. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const connection of this.#connections) connection.close("stopping", "this server is stopping");
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    this.#http.closeIdleConnections();
    await closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    if (this.#connections.size >= this.#options.maxConnections) {
      this.#turnedAway++;
      socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 2\r\n\r\n");
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) =>
      this.#welcome(webSocket, socket, request.url ?? "/"),
    );
  }

  #welcome(socket: WebSocket, stream: Duplex, url: string): void {
    const { clock, handlers, attachDeadlineMs } = this.#options;
    const connection = new GameConnection(socket, stream, clock);
    this.#connections.add(connection);
    let hasAttached = false;
    const deadline = setTimeout(
      () => connection.close("protocol", `no attach within ${attachDeadlineMs} ms`),
      attachDeadlineMs,
    );
    socket.on("message", (data, isBinary) => {
      const message = this.#admit(connection, data, isBinary);
      if (message === undefined) return;
      if (message.type === "ping") {
        connection.send(encodePong({ type: "pong", clientTimeMs: message.clientTimeMs, tick: handlers.tick() }));
      } else if (message.type === "attach") {
        // A silent link is used again: its server was told of another handoff of the same client.
        const isAgain = hasAttached && message.mode === "handoff";
        if (hasAttached && !isAgain) return this.#refuse(connection, "a client attaches once");
        hasAttached = true;
        clearTimeout(deadline);
        handlers.attach(connection, withTravelId(message, url));
      } else if (!hasAttached) {
        this.#refuse(connection, `${message.type} before attach`);
      } else if (message.type === "inputs") {
        handlers.inputs(connection, message);
      } else {
        handlers.leave(connection);
      }
    });
    // An oversized or malformed frame: the library closes the connection with the right code.
    socket.on("error", () => this.#malformed++);
    socket.on("close", () => {
      clearTimeout(deadline);
      this.#pastBytesOut += connection.bytesOut;
      this.#connections.delete(connection);
      handlers.closed(connection);
    });
  }

  #admit(connection: GameConnection, data: RawData, isBinary: boolean): ClientMessage | undefined {
    if (!connection.isOpen) return undefined;
    const admitted = connection.admitMessage();
    if (admitted !== "yes") {
      this.#refusedMessages++;
      if (admitted === "cut-off") this.#refuse(connection, "too many messages");
      return undefined;
    }
    if (!isBinary || !(data instanceof Uint8Array)) {
      this.#refuse(connection, "a text message where binary ones are spoken");
      return undefined;
    }
    const parsed = decodeClientMessage(data, this.#options.schema);
    if (parsed.ok) return parsed.value;
    this.#refuse(connection, parsed.reason);
    return undefined;
  }

  #refuse(connection: GameConnection, reason: string): void {
    this.#malformed++;
    connection.close("protocol", reason);
  }
}

/** The stock plugin's clients carry their proof in the URL: `?ID=<hex>`. */
function withTravelId(message: Extract<ClientMessage, { type: "attach" }>, url: string): typeof message {
  if (message.mode !== "travel-id" || message.token !== "") return message;
  const token = new URLSearchParams(url.slice(url.indexOf("?") + 1)).get("ID") ?? "";
  return { ...message, token };
}
