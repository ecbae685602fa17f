/** What carries the bytes of a channel. */
export type ChannelKind = "tcp" | "unix" | "memory";

/** A stream of bytes in both directions: what a link needs from a socket, or from memory. */
export interface ByteChannel {
  readonly kind: ChannelKind;
  /** Where the other side is, for people. */
  readonly remote: string;
  /** Bytes written and not yet taken by the network. */
  readonly unsentBytes: number;
  /** Queues bytes, which the caller leaves as they are. They go out at the end of this turn of the event loop. */
  write(bytes: Uint8Array): void;
  /** Delivers what was written, then closes. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
  /** Both are set once, before anything arrives; `onClose` is called once. */
  attach(handlers: { readonly onBytes: (bytes: Uint8Array) => void; readonly onClose: (why: string) => void }): void;
}

export interface ChannelAddress {
  readonly host: string;
  /** When listening, 0 lets the transport choose. */
  readonly port: number;
  /** A Unix socket beside the port, for processes of the same machine. When listening, the transport chooses it. */
  readonly socketPath?: string | undefined;
}

export interface ChannelListener extends AsyncDisposable {
  readonly address: ChannelAddress;
}

export interface ChannelTransport {
  /** Rejects when the address can't be had. Disposing the listener leaves its channels open. */
  listen(address: ChannelAddress, onChannel: (channel: ByteChannel) => void): Promise<ChannelListener>;
  /** Rejects when nobody listens there. */
  connect(address: ChannelAddress, signal: AbortSignal): Promise<ByteChannel>;
}
