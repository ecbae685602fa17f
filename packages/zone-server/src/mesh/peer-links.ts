import type { Clock, Prng } from "@ows/base";
import type { ServerId } from "@ows/mesh";
import {
  type ChannelAddress,
  type ChannelKind,
  type KeptLink,
  keepLinked,
  type Link,
  type LinkEnd,
  LinkError,
  type LinkListener,
  type LinkTransport,
} from "@ows/mesh-runtime";
import type { Hello, LinkBody } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";

/** How often a peer is asked for a sign of life. */
const PING_EVERY_MS = 500;
/** A peer that owes an answer for this long is as good as gone: its link is cut and made anew. */
const SILENT_FOR_MS = 2_000;
/** Who was learned of by the way and is neither named nor linked after this long is forgotten. */
const LEARNED_FOR_MS = 10_000;
const MAX_LEARNED = 16;

export type PeerLinksOptions = {
  readonly transport: LinkTransport;
  /** Where others connect; port 0 lets the system choose. */
  readonly address: ChannelAddress;
  readonly hello: Omit<Hello, "credential">;
  readonly prng: Prng;
  readonly clock: Clock;
  readonly logger: Logger;
};

export type PeerAddress = ChannelAddress & { readonly id: ServerId };

/** What an operator sees of one link. */
export type PeerLinkState = {
  readonly peer: ServerId;
  readonly isUp: boolean;
  /** What it runs over, or ran over last; empty when it never stood. */
  readonly kind: ChannelKind | "";
  readonly roundTripMs: number | undefined;
  readonly bulkBytesOut: number;
  readonly bulkBytesIn: number;
  readonly messagesOut: number;
  readonly messagesIn: number;
  readonly unsentBytes: number;
  /** Bulk messages that were not taken because too much was unsent. */
  readonly skippedBulk: number;
};

type PeerEntry = {
  readonly id: ServerId;
  address: PeerAddress;
  keeper: KeptLink | undefined;
  /** Nobody who says who all the peers are has named it yet. */
  learnedUntilMs: number | undefined;
  link: Link | undefined;
  kind: ChannelKind | "";
  pingedAtMs: number | undefined;
  roundTripMs: number | undefined;
  bulkBytesOut: number;
  bulkBytesIn: number;
  messagesOut: number;
  messagesIn: number;
  skippedBulk: number;
};

type Handlers = {
  message: ((from: ServerId, body: LinkBody) => void)[];
  bulk: ((from: ServerId, bytes: Uint8Array) => void)[];
  up: ((peer: ServerId) => void)[];
  down: ((peer: ServerId) => void)[];
};

/**
 * Links to the other servers of a mesh instance, one per peer; the server with the lower id connects. A link that is
 * lost comes back by itself; what was sent on it may or may not have arrived. Handlers run as bytes arrive, never
 * inside a tick.
 */
export class PeerLinks implements AsyncDisposable {
  readonly #options: PeerLinksOptions;
  readonly #peers = new Map<ServerId, PeerEntry>();
  readonly #handlers: Handlers = { message: [], bulk: [], up: [], down: [] };
  readonly #timer: NodeJS.Timeout;
  #listener: LinkListener | undefined;
  #handled: (durationMs: number) => void = () => {};
  #secret = "";
  #isDisposed = false;
  #pings = 0;

  private constructor(options: PeerLinksOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  /** Rejects when the address can't be had. Nobody is let in before `admitWith`. */
  static async listen(options: PeerLinksOptions): Promise<PeerLinks> {
    const links = new PeerLinks(options);
    try {
      links.#listener = await options.transport.listen({
        address: options.address,
        hello: { ...options.hello, credential: "" },
        peerRoles: ["zone-server"],
        admit: (hello) => links.#refusalOf(hello),
        onLink: (link) => links.#attach(link.peer.zoneInstanceId, link),
      });
    } catch (error) {
      clearInterval(links.#timer);
      throw error;
    }
    return links;
  }

  get address(): ChannelAddress {
    return (this.#listener as LinkListener).address;
  }

  /** Peers whose link stands. */
  get up(): readonly ServerId[] {
    return [...this.#peers.values()].filter(({ link }) => link?.isOpen).map(({ id }) => id);
  }

  isUp(peer: ServerId): boolean {
    return this.#peers.get(peer)?.link?.isOpen ?? false;
  }

  /** The secret that all servers of the mesh instance share. */
  admitWith(secret: string): void {
    this.#secret = secret;
  }

  /** Who the others are, and where. Links to servers that are not named any more are closed. */
  setPeers(peers: readonly PeerAddress[]): void {
    const named = new Set(peers.map(({ id }) => id));
    for (const [id, entry] of this.#peers) if (!named.has(id)) this.#drop(entry);
    for (const peer of peers) if (peer.id !== this.#options.hello.zoneInstanceId) this.#want(peer);
  }

  /**
   * Somebody to be trusted says that a peer is there and wants a link: it is let in, or connected to at once. `false`:
   * too many such are known that `setPeers` has not named.
   */
  learn(peer: PeerAddress): boolean {
    const { hello, clock } = this.#options;
    if (this.#isDisposed || this.#secret === "" || peer.id === hello.zoneInstanceId) return false;
    const known = this.#peers.get(peer.id);
    if (known?.link?.isOpen) return true;
    if (known === undefined) {
      const learned = [...this.#peers.values()].filter(({ learnedUntilMs }) => learnedUntilMs !== undefined);
      if (learned.length >= MAX_LEARNED) return false;
    }
    const learnedUntilMs = clock.nowMs() + LEARNED_FOR_MS;
    const entry = this.#want(peer, known === undefined ? learnedUntilMs : known.learnedUntilMs && learnedUntilMs);
    entry.keeper?.retryNow();
    return true;
  }

  /** Queues a control message. `false`: there is no link now. */
  send(peer: ServerId, body: LinkBody): boolean {
    const entry = this.#peers.get(peer);
    if (entry?.link === undefined || !entry.link.send(body)) return false;
    entry.messagesOut++;
    return true;
  }

  /** Queues bulk bytes. `false`: no link, or too much is unsent; a newer state is sent later. */
  sendBulk(peer: ServerId, bytes: Uint8Array): boolean {
    const entry = this.#peers.get(peer);
    if (entry?.link === undefined) return false;
    if (!entry.link.sendBulk(bytes)) {
      entry.skippedBulk++;
      return false;
    }
    entry.bulkBytesOut += bytes.length;
    return true;
  }

  unsentBytes(peer: ServerId): number {
    return this.#peers.get(peer)?.link?.unsentBytes ?? 0;
  }

  /** Tells how long all handlers together took of a message. */
  onHandled(tell: (durationMs: number) => void): void {
    this.#handled = tell;
  }

  /** Handlers are called in the order they were added. */
  onMessage(handler: (from: ServerId, body: LinkBody) => void): void {
    this.#handlers.message.push(handler);
  }

  /** The bytes are a view that is valid during the call. */
  onBulk(handler: (from: ServerId, bytes: Uint8Array) => void): void {
    this.#handlers.bulk.push(handler);
  }

  onUp(handler: (peer: ServerId) => void): void {
    this.#handlers.up.push(handler);
  }

  onDown(handler: (peer: ServerId) => void): void {
    this.#handlers.down.push(handler);
  }

  inspect(): readonly PeerLinkState[] {
    return Array.from(this.#peers.values(), (entry) => ({
      peer: entry.id,
      isUp: entry.link?.isOpen ?? false,
      kind: entry.kind,
      roundTripMs: entry.roundTripMs,
      bulkBytesOut: entry.bulkBytesOut,
      bulkBytesIn: entry.bulkBytesIn,
      messagesOut: entry.messagesOut,
      messagesIn: entry.messagesIn,
      unsentBytes: entry.link?.unsentBytes ?? 0,
      skippedBulk: entry.skippedBulk,
    }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    clearInterval(this.#timer);
    const entries = [...this.#peers.values()];
    this.#peers.clear();
    await Promise.all(entries.map((entry) => this.#close(entry)));
    await this.#listener?.[Symbol.asyncDispose]();
  }

  #refusalOf(hello: Hello): string | undefined {
    if (this.#secret === "") return "this server is not part of a mesh yet";
    if (hello.credential !== this.#secret) return "the link secret is another one";
    if (hello.customerGuid !== this.#options.hello.customerGuid) return "another customer's server";
    // The coordinator names peers one after another: who comes first is asked to come again.
    if (!this.#peers.has(hello.zoneInstanceId)) return `server ${hello.zoneInstanceId} is not known here yet`;
    return undefined;
  }

  #want(peer: PeerAddress, learnedUntilMs?: number): PeerEntry {
    const known = this.#peers.get(peer.id);
    if (known !== undefined && isSameAddress(known.address, peer)) {
      known.learnedUntilMs = learnedUntilMs;
      return known;
    }
    if (known !== undefined) this.#drop(known);
    const entry: PeerEntry = {
      id: peer.id,
      address: peer,
      keeper: undefined,
      learnedUntilMs,
      link: undefined,
      kind: "",
      pingedAtMs: undefined,
      roundTripMs: undefined,
      bulkBytesOut: 0,
      bulkBytesIn: 0,
      messagesOut: 0,
      messagesIn: 0,
      skippedBulk: 0,
    };
    this.#peers.set(peer.id, entry);
    if (this.#options.hello.zoneInstanceId < peer.id) entry.keeper = this.#keep(peer);
    return entry;
  }

  #keep(peer: PeerAddress): KeptLink {
    const { id } = peer;
    const { prng, logger } = this.#options;
    return keepLinked({
      connect: (signal) => this.#connect(peer, signal),
      onLink: (link) => this.#attach(id, link),
      onDown: (end: LinkEnd, wasLinked) => {
        if (wasLinked && end.reason !== "closed") logger.warn({ peer: id, end }, "link to a neighbour lost");
      },
      prng,
      backoff: { firstMs: 20, maxMs: 1_000 },
    });
  }

  async #connect({ id, ...address }: PeerAddress, signal: AbortSignal): Promise<Link> {
    const { transport, hello } = this.#options;
    const credential = this.#secret;
    const link = await transport.connect({
      ...{ address, hello: { ...hello, credential }, peerRoles: ["zone-server"], signal },
    });
    const { zoneInstanceId } = link.peer;
    if (zoneInstanceId === id) return link;
    // Its address was given to another process since.
    const detail = `server ${zoneInstanceId} answers where server ${id} was`;
    link.close("refused", detail);
    throw new LinkError({ reason: "refused", detail, code: "" });
  }

  #attach(id: ServerId, link: Link): void {
    const entry = this.#peers.get(id);
    if (entry === undefined || this.#isDisposed) {
      link.close("refused", "this server is not wanted any more");
      return;
    }
    const former = entry.link;
    entry.link = link;
    entry.kind = link.kind;
    entry.pingedAtMs = undefined;
    if (former !== undefined) {
      // Whoever was told that the former link stands is told that it does not, before the new one does.
      this.#tell(this.#handlers.down, id);
      former.close("replaced", "a newer link of the same server");
    }
    link.onMessage((body) => {
      if (entry.link === link) this.#receive(entry, body);
    });
    link.onBulk((bytes) => {
      if (entry.link !== link) return;
      entry.bulkBytesIn += bytes.length;
      this.#handle(() => {
        for (const handler of this.#handlers.bulk) handler(id, bytes);
      });
    });
    void link.ended.then(() => this.#lost(entry, link));
    this.#tell(this.#handlers.up, id);
  }

  #lost(entry: PeerEntry, link: Link): void {
    if (entry.link !== link) return;
    entry.link = undefined;
    this.#tell(this.#handlers.down, entry.id);
  }

  #tell(handlers: readonly ((peer: ServerId) => void)[], peer: ServerId): void {
    for (const handler of handlers) handler(peer);
  }

  #receive(entry: PeerEntry, body: LinkBody): void {
    if (body.$case === "pong") {
      if (entry.pingedAtMs !== undefined) entry.roundTripMs = this.#options.clock.nowMs() - entry.pingedAtMs;
      entry.pingedAtMs = undefined;
      return;
    }
    entry.messagesIn++;
    this.#handle(() => {
      for (const handler of this.#handlers.message) handler(entry.id, body);
    });
  }

  #handle(run: () => void): void {
    const { clock } = this.#options;
    const beganMs = clock.nowMs();
    run();
    this.#handled(clock.nowMs() - beganMs);
  }

  #ping(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const entry of this.#peers.values()) {
      if (entry.link === undefined) {
        if (entry.learnedUntilMs !== undefined && nowMs > entry.learnedUntilMs) this.#drop(entry);
        continue;
      }
      if (entry.pingedAtMs === undefined) {
        entry.pingedAtMs = nowMs;
        entry.link.send({ $case: "ping", value: { number: ++this.#pings } });
      } else if (nowMs - entry.pingedAtMs > SILENT_FOR_MS) {
        entry.link.close("protocol", `no sign of life for ${SILENT_FOR_MS} ms`);
      }
    }
  }

  #drop(entry: PeerEntry): void {
    this.#peers.delete(entry.id);
    const wasUp = entry.link !== undefined;
    void this.#close(entry);
    if (wasUp) this.#tell(this.#handlers.down, entry.id);
  }

  async #close(entry: PeerEntry): Promise<void> {
    const { link } = entry;
    entry.link = undefined;
    link?.close("stopping", "this side stops");
    await entry.keeper?.[Symbol.asyncDispose]();
  }
}

function isSameAddress(a: ChannelAddress, b: ChannelAddress): boolean {
  return a.host === b.host && a.port === b.port && a.socketPath === b.socketPath;
}
