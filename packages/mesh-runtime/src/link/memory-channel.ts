import type { ByteChannel, ChannelTransport } from "./byte-channel.ts";

type Handlers = Parameters<ByteChannel["attach"]>[0];

/** Channels within one process, for tests: bytes arrive in order, one microtask later. */
export class MemoryChannels implements ChannelTransport {
  readonly #listeners = new Map<string, (channel: ByteChannel) => void>();
  #nextPort = 1;

  async listen(address: { host: string; port: number }, onChannel: (channel: ByteChannel) => void) {
    const port = address.port === 0 ? this.#nextPort++ : address.port;
    const key = `${address.host}:${port}`;
    if (this.#listeners.has(key)) throw new Error(`${key} is taken`);
    this.#listeners.set(key, onChannel);
    return {
      address: { host: address.host, port },
      [Symbol.asyncDispose]: async () => {
        this.#listeners.delete(key);
      },
    };
  }

  async connect(address: { host: string; port: number }, signal: AbortSignal): Promise<ByteChannel> {
    signal.throwIfAborted();
    const key = `${address.host}:${address.port}`;
    const onChannel = this.#listeners.get(key);
    if (onChannel === undefined) throw new Error(`nobody listens at ${key}`);
    const here = new MemoryChannel(key);
    const there = new MemoryChannel("memory");
    here.other = there;
    there.other = here;
    onChannel(there);
    return here;
  }
}

class MemoryChannel implements ByteChannel {
  readonly kind = "memory";
  readonly remote: string;
  other: MemoryChannel | undefined;
  unsentBytes = 0;
  #handlers: Handlers | undefined;
  /** What came before `attach`. */
  readonly #early: Uint8Array[] = [];
  #closedWhy: string | undefined;

  constructor(remote: string) {
    this.remote = remote;
  }

  write(bytes: Uint8Array): void {
    if (this.#closedWhy !== undefined) return;
    const copy = bytes.slice();
    this.unsentBytes += copy.length;
    queueMicrotask(() => {
      this.unsentBytes -= copy.length;
      this.other?.arrive(copy);
    });
  }

  end(): void {
    queueMicrotask(() => this.destroy());
  }

  destroy(): void {
    const { other } = this;
    this.closeWith("closed by this side");
    other?.closeWith("closed by the peer");
  }

  attach(handlers: Handlers): void {
    this.#handlers = handlers;
    for (const bytes of this.#early.splice(0)) handlers.onBytes(bytes);
    if (this.#closedWhy !== undefined) handlers.onClose(this.#closedWhy);
  }

  arrive(bytes: Uint8Array): void {
    if (this.#closedWhy !== undefined) return;
    if (this.#handlers === undefined) this.#early.push(bytes);
    else this.#handlers.onBytes(bytes);
  }

  closeWith(why: string): void {
    if (this.#closedWhy !== undefined) return;
    this.#closedWhy = why;
    this.#handlers?.onClose(why);
  }
}
