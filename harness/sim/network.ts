import type { Prng } from "@ows/base";
import type { SimMessage } from "./messages.ts";
import type { Scheduler } from "./scheduler.ts";

/** Whatever can be at the end of a link. `post` runs things in the order posted, or never once it is dead. */
export interface SimNode {
  readonly id: number;
  readonly isDead: boolean;
  post(run: () => void): void;
  receive(from: number, message: SimMessage): void;
  linkUp(peer: number): void;
  linkDown(peer: number): void;
}

type Direction = { lastAtMs: number; heldUntilMs: number; extraMs: number; readonly recent: SimMessage[] };

type Link = {
  readonly ends: readonly [SimNode, SimNode];
  readonly ways: readonly [Direction, Direction];
  isUp: boolean;
  generation: number;
  inFlight: number;
};

/** What a link remembers to repeat after a reconnect. */
const RECENT = 6;
/** A death or a cut is noticed at the latest after this. */
export const NOTICE_MS = 100;
const MAX_IN_FLIGHT = 5_000;

export type NetworkOptions = {
  readonly scheduler: Scheduler;
  readonly prng: Prng;
  readonly jitterMs: number;
  readonly onDelivery: (from: number, to: number, message: SimMessage) => void;
  readonly onOverflow: (from: number, to: number) => void;
};

/** Links with first-in-first-out delivery in each direction, any order across links, and faults on demand. */
export class Network {
  readonly #nodes = new Map<number, SimNode>();
  readonly #links = new Map<number, Link>();
  readonly #options: NetworkOptions;
  #repeats = true;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  add(node: SimNode): void {
    this.#nodes.set(node.id, node);
  }

  /** Opens a link where there is none yet. */
  connect(a: number, b: number): void {
    const [low, high] = [this.#nodes.get(Math.min(a, b)), this.#nodes.get(Math.max(a, b))];
    if (low === undefined || high === undefined || low.isDead || high.isDead) return;
    if (this.#links.has(keyOf(a, b))) return;
    const way = (): Direction => ({ lastAtMs: 0, heldUntilMs: 0, extraMs: 0, recent: [] });
    const link: Link = { ends: [low, high], ways: [way(), way()], isUp: false, generation: 0, inFlight: 0 };
    this.#links.set(keyOf(a, b), link);
    this.#open(link);
  }

  isUp(a: number, b: number): boolean {
    return this.#links.get(keyOf(a, b))?.isUp ?? false;
  }

  send(from: number, to: number, message: SimMessage): void {
    const link = this.#links.get(keyOf(from, to));
    if (link?.isUp !== true) return;
    const side = from < to ? 0 : 1;
    const { recent } = link.ways[side];
    recent.push(message);
    if (recent.length > RECENT) recent.shift();
    this.#deliver(link, side, message);
  }

  /** Breaks a link: what is under way is lost, both ends notice a little later, and it comes back after `forMs`. */
  cut(a: number, b: number, forMs: number): void {
    const link = this.#links.get(keyOf(a, b));
    if (link?.isUp !== true) return;
    link.isUp = false;
    link.generation++;
    const { scheduler, prng } = this.#options;
    for (const [i, end] of link.ends.entries()) {
      const peer = link.ends[1 - i] as SimNode;
      scheduler.after(prng.int(1, NOTICE_MS), () => end.post(() => end.linkDown(peer.id)));
    }
    scheduler.after(Math.max(forMs, NOTICE_MS + 20), () => this.#open(link));
  }

  /** Holds back what goes one way; the other way works. */
  hold(from: number, to: number, forMs: number): void {
    const link = this.#links.get(keyOf(from, to));
    if (link !== undefined) link.ways[from < to ? 0 : 1].heldUntilMs = this.#options.scheduler.nowMs + forMs;
  }

  /** Makes one way slower by `extraMs`, or as fast as others again with 0. */
  slow(from: number, to: number, extraMs: number): void {
    const link = this.#links.get(keyOf(from, to));
    if (link !== undefined) link.ways[from < to ? 0 : 1].extraMs = extraMs;
  }

  /** A node died: what it sent before still arrives; its peers notice a little later. */
  died(id: number): void {
    const { scheduler, prng } = this.#options;
    for (const link of this.#links.values()) {
      const other = link.ends.find((end) => end.id !== id);
      if (other === undefined || !link.ends.some((end) => end.id === id)) continue;
      scheduler.after(prng.int(1, NOTICE_MS), () => {
        if (!link.isUp) return;
        link.isUp = false;
        link.generation++;
        other.post(() => other.linkDown(id));
      });
    }
  }

  /** No repeats and no holds from now on. */
  heal(): void {
    this.#repeats = false;
    for (const { ways } of this.#links.values())
      for (const way of ways) Object.assign(way, { heldUntilMs: 0, extraMs: 0 });
  }

  #open(link: Link): void {
    if (link.isUp || link.ends.some((end) => end.isDead)) return;
    link.isUp = true;
    link.generation++;
    const { generation, ends, ways } = link;
    const { scheduler, prng } = this.#options;
    for (const side of [0, 1] as const) {
      const receiver = ends[1 - side] as SimNode;
      const sender = ends[side];
      const way = ways[side];
      way.lastAtMs = scheduler.nowMs + prng.int(0, 10);
      scheduler.at(way.lastAtMs, () => {
        if (link.generation === generation) receiver.post(() => receiver.linkUp(sender.id));
      });
      if (!this.#repeats || prng.float() < 0.5) continue;
      for (const message of way.recent.slice(prng.int(0, RECENT - 1))) this.#deliver(link, side, message);
    }
  }

  #deliver(link: Link, side: 0 | 1, message: SimMessage): void {
    const { scheduler, prng, jitterMs, onDelivery, onOverflow } = this.#options;
    const way = link.ways[side];
    const { generation } = link;
    const sender = link.ends[side];
    const receiver = link.ends[1 - side] as SimNode;
    if (++link.inFlight > MAX_IN_FLIGHT) onOverflow(sender.id, receiver.id);
    const delayMs = 0.5 + prng.float() * jitterMs + way.extraMs;
    way.lastAtMs = Math.max(way.lastAtMs, scheduler.nowMs + delayMs, way.heldUntilMs);
    scheduler.at(way.lastAtMs, () => {
      link.inFlight--;
      if (link.generation !== generation) return;
      receiver.post(() => {
        onDelivery(sender.id, receiver.id, message);
        receiver.receive(sender.id, message);
      });
    });
  }
}

function keyOf(a: number, b: number): number {
  return Math.min(a, b) * 4_096 + Math.max(a, b);
}
