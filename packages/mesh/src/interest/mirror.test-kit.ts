import { Prng } from "@ows/base";
import { ClientView } from "./client-view.ts";
import { InterestGrid } from "./interest-grid.ts";
import { dropDead, scheduleRecords } from "./schedule-records.ts";
import { ViewSelector } from "./select-view.ts";
import { SlotHistory } from "./slot-history.ts";
import { isTurn } from "./tiers.ts";
import { ViewChanges } from "./view-changes.ts";

export const SLOTS = 64;
export const RADIUS = 50;
const HALF = 80;

type Mirrored = { generation: number; x: number; y: number; parts: number[] };

/** One client: its view on the server, and a model that knows only what it was sent. */
export type MirrorClient = {
  readonly view: ClientView;
  readonly known: Map<number, Mirrored>;
  /** Snapshot that brought each known slot up to date last. */
  readonly updatedAt: Map<number, number>;
  readonly viewer: { x: number; y: number; slot: number };
};

const COMPONENTS = 3;

/** A small world that walks at random, and clients that are told about it as the zone server tells them. */
export class MirrorWorld {
  readonly prng: Prng;
  readonly clients: MirrorClient[];
  sequence = 0;
  readonly x = new Float64Array(SLOTS);
  readonly y = new Float64Array(SLOTS);
  readonly generation = new Uint32Array(SLOTS);
  readonly isLive = new Uint8Array(SLOTS);
  /** Values of the components, as counters. */
  readonly parts = Array.from({ length: SLOTS }, () => new Array<number>(COMPONENTS).fill(0));
  readonly #dirty = new Uint8Array(SLOTS);
  readonly #grid = new InterestGrid({ minX: -HALF, minY: -HALF, maxX: HALF, maxY: HALF }, RADIUS / 2);
  readonly #selector = new ViewSelector(RADIUS);
  readonly #history = new SlotHistory();
  /** Exact quantised states, to compare with: by sequence, then slot. */
  readonly #past: { x: number; y: number; parts: number[] }[][] = [];

  constructor(seed: number, clientCount: number, viewCap: number) {
    this.prng = Prng.fromSeed(seed);
    for (let slot = 0; slot < SLOTS; slot++) if (slot < 40) this.#spawn(slot);
    this.clients = Array.from({ length: clientCount }, (_, slot) => ({
      view: new ClientView(viewCap),
      known: new Map(),
      updatedAt: new Map(),
      viewer: { x: 0, y: 0, slot },
    }));
  }

  /** One tick: everything moves, some things change, come or go; each client that is not skipped gets a snapshot. */
  step(skipShare: number): void {
    this.sequence++;
    for (let slot = 0; slot < SLOTS; slot++) this.#stir(slot);
    const live = Uint16Array.from([...this.isLive.keys()].filter((slot) => this.isLive[slot]));
    this.#grid.rebuild(live, this.x, this.y);
    for (const slot of live) {
      this.#history.record(
        this.sequence,
        slot,
        this.#q(this.x, slot),
        this.#q(this.y, slot),
        0,
        0,
        this.#dirty[slot] ?? 0,
      );
      this.#dirty[slot] = 0;
    }
    this.#past[this.sequence] = Array.from({ length: SLOTS }, (_, slot) => ({
      x: this.#q(this.x, slot),
      y: this.#q(this.y, slot),
      parts: [...(this.parts[slot] ?? [])],
    }));
    for (const client of this.clients) {
      if (this.prng.float() < skipShare) client.view.missedSnapshot();
      else this.#tell(client);
    }
  }

  /** What is wrong with what this client believes; empty when all is as it should be. */
  faults(client: MirrorClient): string[] {
    const faults: string[] = [];
    for (const [slot, believed] of client.known) {
      const at = client.updatedAt.get(slot) as number;
      const truth = this.#past[at]?.[slot];
      if (
        JSON.stringify([believed.x, believed.y, believed.parts]) !== JSON.stringify([truth?.x, truth?.y, truth?.parts])
      ) {
        faults.push(`slot ${slot}: believed ${JSON.stringify(believed)}, at ${at} it was ${JSON.stringify(truth)}`);
      }
    }
    return faults;
  }

  /** Every second snapshot does without a look around. */
  looks({ viewer }: MirrorClient): boolean {
    return ((this.sequence + viewer.slot) & 1) === 0;
  }

  generationOf(slot: number): number {
    return this.generation[slot] as number;
  }

  #tell(client: MirrorClient): void {
    const changes = new ViewChanges(client.view.capacity);
    const { viewer } = client;
    viewer.x = this.x[viewer.slot] as number;
    viewer.y = this.y[viewer.slot] as number;
    if (this.looks(client))
      this.#selector.select(client.view, viewer, this.#grid, this.generation, this.sequence, changes);
    else dropDead(client.view, this.generation, changes);
    scheduleRecords(client.view, this.sequence, changes);
    for (let i = 0; i < changes.goneCount; i++) {
      const slot = changes.gone[i] as number;
      if (!client.known.delete(slot)) throw new Error(`slot ${slot} is gone, but was never introduced`);
      client.updatedAt.delete(slot);
    }
    for (let i = 0; i < changes.fullCount; i++) {
      const slot = changes.full[i] as number;
      const { x, y } = { x: this.#history.x(this.sequence, slot), y: this.#history.y(this.sequence, slot) };
      client.known.set(slot, { generation: this.generationOf(slot), x, y, parts: [...(this.parts[slot] ?? [])] });
      client.updatedAt.set(slot, this.sequence);
    }
    for (let i = 0; i < changes.deltaCount; i++) {
      this.#applyDelta(client, changes.deltas[i] as number, changes.deltaTiers[i] as number);
    }
  }

  /** As bytes would do it: differences against the state a tier's turn ago, and only the components that changed. */
  #applyDelta(client: MirrorClient, slot: number, tier: number): void {
    const believed = client.known.get(slot);
    if (believed === undefined) throw new Error(`a delta for slot ${slot}, which was never introduced`);
    if (!isTurn(this.sequence, slot, tier)) throw new Error(`slot ${slot} is not on turn in tier ${tier}`);
    const [history, now] = [this.#history, this.sequence];
    believed.x += history.x(now, slot) - history.x(now - tier, slot);
    believed.y += history.y(now, slot) - history.y(now - tier, slot);
    const changed = history.changedComponents(now, slot, tier);
    for (let c = 0; c < COMPONENTS; c++) {
      if (changed & (1 << c)) believed.parts[c] = this.parts[slot]?.[c] as number;
    }
    client.updatedAt.set(slot, now);
  }

  #stir(slot: number): void {
    if (slot >= this.clients.length && this.prng.float() < 0.02) {
      if (this.isLive[slot]) this.#remove(slot);
      // A slot may be used again within the same tick.
      if (this.prng.float() < 0.7) this.#spawn(slot);
    }
    if (!this.isLive[slot]) return;
    const isLeap = this.prng.float() < 0.02;
    const reach = isLeap ? 100 : 3;
    this.x[slot] = clamp((this.x[slot] as number) + (this.prng.float() - 0.5) * reach);
    this.y[slot] = clamp((this.y[slot] as number) + (this.prng.float() - 0.5) * reach);
    if (this.prng.float() < 0.1) this.#change(slot, this.prng.int(0, COMPONENTS - 1));
  }

  #change(slot: number, component: number): void {
    const parts = this.parts[slot] as number[];
    parts[component] = (parts[component] as number) + 1;
    this.#dirty[slot] = (this.#dirty[slot] as number) | (1 << component);
  }

  #spawn(slot: number): void {
    if (this.isLive[slot]) return;
    this.isLive[slot] = 1;
    this.generation[slot] = this.generationOf(slot) + 1;
    this.x[slot] = (this.prng.float() * 2 - 1) * HALF;
    this.y[slot] = (this.prng.float() * 2 - 1) * HALF;
    this.parts[slot] = Array.from({ length: COMPONENTS }, () => this.prng.int(0, 9));
  }

  #remove(slot: number): void {
    this.isLive[slot] = 0;
    this.generation[slot] = this.generationOf(slot) + 1;
  }

  #q(column: Float64Array, slot: number): number {
    return Math.round((column[slot] as number) * 256);
  }
}

function clamp(value: number): number {
  return Math.min(HALF, Math.max(-HALF, value));
}
