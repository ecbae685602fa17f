import { type Hello, refuseHello } from "@ows/protocol/mesh";
import type { ByteChannel, ChannelAddress, ChannelTransport } from "./byte-channel.ts";
import type { Link, LinkEndReason, LinkLimits } from "./link.ts";
import { defaultLinkLimits, LinkError } from "./link.ts";
import { LinkConnection } from "./link-connection.ts";

export interface ListenOptions {
  readonly address: ChannelAddress;
  /** What this side says about itself, once the peer was accepted. */
  readonly hello: Hello;
  readonly peerRoles: readonly string[];
  /** Judges what `refuseHello` can't, such as the credential; a text refuses the peer and is told to it. */
  readonly admit: (hello: Hello) => string | undefined;
  readonly onLink: (link: Link) => void;
  readonly limits?: Partial<LinkLimits>;
}

export interface LinkListener extends AsyncDisposable {
  readonly address: ChannelAddress;
  /** How connections ended, by reason, since the start. */
  readonly endings: ReadonlyMap<LinkEndReason, number>;
  readonly connections: number;
}

export interface ConnectOptions {
  readonly address: ChannelAddress;
  readonly hello: Hello;
  readonly peerRoles: readonly string[];
  readonly signal?: AbortSignal;
  readonly limits?: Partial<LinkLimits>;
}

/** Makes links: framed messages that begin with a Hello in each direction. */
export interface LinkTransport {
  /** Disposing says goodbye to every link of this listener and waits for their ends. */
  listen(options: ListenOptions): Promise<LinkListener>;
  /** One try. Rejects with `LinkError` when there is no link within the handshake time. */
  connect(options: ConnectOptions): Promise<Link>;
}

export function linkTransport(channels: ChannelTransport): LinkTransport {
  return {
    listen: (options) => listen(channels, options),
    connect: (options) => connect(channels, options),
  };
}

async function listen(channels: ChannelTransport, options: ListenOptions): Promise<LinkListener> {
  const limits = { ...defaultLinkLimits, ...options.limits };
  const open = new Set<LinkConnection>();
  const endings = new Map<LinkEndReason, number>();
  const count = (reason: LinkEndReason) => endings.set(reason, (endings.get(reason) ?? 0) + 1);
  const accept = (channel: ByteChannel) => {
    if (open.size >= limits.maxConnections) {
      count("too-many-connections");
      channel.attach({ onBytes: () => {}, onClose: () => {} });
      channel.destroy();
      return;
    }
    const connection = new LinkConnection(channel, limits, {
      judge: (hello) => refuseHello(hello, options.peerRoles) ?? options.admit(hello),
      onLink: (link) => {
        connection.send({ $case: "hello", value: options.hello });
        options.onLink(link);
      },
      onEnd: ({ reason }) => {
        count(reason);
        open.delete(connection);
      },
    });
    open.add(connection);
  };
  const listener = await channels.listen(options.address, accept);
  return {
    address: listener.address,
    endings,
    get connections() {
      return open.size;
    },
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      const connections = [...open];
      for (const connection of connections) connection.close("closed", "stopping", "this side stops");
      await Promise.all(connections.map((connection) => connection.ended));
    },
  };
}

async function connect(channels: ChannelTransport, options: ConnectOptions): Promise<Link> {
  const limits = { ...defaultLinkLimits, ...options.limits };
  const timeout = AbortSignal.timeout(limits.handshakeTimeoutMs);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  let channel: ByteChannel;
  try {
    channel = await channels.connect(options.address, signal);
  } catch (cause) {
    const { host, port } = options.address;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LinkError({ reason: "lost", detail: `no connection to ${host}:${port}: ${why}`, code: "" });
  }
  return new Promise((resolve, reject) => {
    const connection = new LinkConnection(channel, limits, {
      judge: (hello) => refuseHello(hello, options.peerRoles),
      onLink: resolve,
      onEnd: (end) => reject(new LinkError(end)),
    });
    const giveUp = () => connection.close("closed", "stopping", "given up");
    options.signal?.addEventListener("abort", giveUp, { once: true });
    void connection.ended.then(() => options.signal?.removeEventListener("abort", giveUp));
    connection.send({ $case: "hello", value: options.hello });
  });
}
