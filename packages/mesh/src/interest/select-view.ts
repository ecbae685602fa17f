import type { ClientView } from "./client-view.ts";
import type { InterestGrid } from "./interest-grid.ts";
import { tierAt } from "./tiers.ts";
import type { ViewChanges } from "./view-changes.ts";

/** An entity in view stays until it is this much further away than the view radius: no flicker at the edge. */
const KEEP_FACTOR = 1.05;
/** Snapshots of waiting that weigh as much as standing next to the client: long, or a crowd would be all change. */
const FULL_PATIENCE = 400;
/** What being in view is worth: much for the first second, so that nobody flashes by, then a little against flicker. */
const STAY_SNAPSHOTS = 20;
const STAY_BONUS = 1;
const HELD_BONUS = 0.1;
const LEVELS = 256;

export type Viewer = { readonly x: number; readonly y: number; readonly slot: number };

/** Chooses what clients see. Holds scratch memory for one selection at a time: one selector serves all clients. */
export class ViewSelector {
  readonly #viewRadius: number;
  /** Marks of the selection under way, indexed by slot; a mark of an earlier one has another stamp. */
  readonly #stampOf = new Uint32Array(65_536);
  readonly #placeOf = new Uint16Array(65_536);
  readonly #waitStampOf = new Uint32Array(65_536);
  readonly #sinceOf = new Uint32Array(65_536);
  readonly #newSlots = new Uint16Array(65_536);
  readonly #newLevels = new Uint8Array(65_536);
  readonly #newDistances = new Float64Array(65_536);
  readonly #levelCounts = new Uint32Array(LEVELS);
  #heldDistances = new Float64Array(0);
  #stamp = 0;

  constructor(viewRadius: number) {
    this.#viewRadius = viewRadius;
  }

  /** Brings the view up to date with the grid; what leaves it is added to `changes.gone`. */
  select(
    view: ClientView,
    viewer: Viewer,
    grid: InterestGrid,
    generations: Uint32Array,
    sequence: number,
    changes: ViewChanges,
  ): void {
    if (this.#heldDistances.length < view.capacity) this.#heldDistances = new Float64Array(view.capacity);
    const newcomers = this.#look(view, viewer, grid, generations);
    this.#dropUnseen(view, changes);
    if (view.count + newcomers <= view.capacity) {
      for (let n = 0; n < newcomers; n++) this.#admit(view, n, generations, sequence);
      view.waitingCount = 0;
      return;
    }
    this.#compete(view, newcomers, generations, sequence, changes);
  }

  /** Marks what is still in sight with its distance, and collects who is new. */
  #look(view: ClientView, viewer: Viewer, grid: InterestGrid, generations: Uint32Array): number {
    const stamp = ++this.#stamp;
    const { slots, count } = view;
    for (let i = 0; i < count; i++) {
      const slot = slots[i] as number;
      this.#stampOf[slot] = stamp;
      this.#placeOf[slot] = i;
      this.#heldDistances[i] = -1;
    }
    const inReach = grid.query(viewer.x, viewer.y, this.#viewRadius * KEEP_FACTOR);
    const { found, foundDistanceSquared } = grid;
    const nearLimit = this.#viewRadius * this.#viewRadius;
    let newcomers = 0;
    for (let f = 0; f < inReach; f++) {
      const slot = found[f] as number;
      const distanceSquared = foundDistanceSquared[f] as number;
      if (slot === viewer.slot) continue;
      if (this.#stampOf[slot] === stamp) {
        const place = this.#placeOf[slot] as number;
        if (view.generations[place] === generations[slot]) {
          this.#heldDistances[place] = distanceSquared;
          view.wantedTiers[place] = tierAt(distanceSquared, this.#viewRadius);
          continue;
        }
      }
      if (distanceSquared > nearLimit) continue;
      this.#newSlots[newcomers] = slot;
      this.#newDistances[newcomers++] = distanceSquared;
    }
    return newcomers;
  }

  #dropUnseen(view: ClientView, changes: ViewChanges): void {
    for (let i = view.count - 1; i >= 0; i--) {
      if ((this.#heldDistances[i] as number) >= 0) continue;
      this.#drop(view, i, changes);
    }
  }

  #drop(view: ClientView, i: number, changes: ViewChanges): void {
    if (view.isIntroduced[i]) changes.gone[changes.goneCount++] = view.slots[i] as number;
    this.#heldDistances[i] = this.#heldDistances[view.count - 1] as number;
    view.drop(i);
  }

  #admit(view: ClientView, n: number, generations: Uint32Array, sequence: number): void {
    const slot = this.#newSlots[n] as number;
    const tier = tierAt(this.#newDistances[n] as number, this.#viewRadius);
    view.admit(slot, generations[slot] as number, tier, sequence);
  }

  /** More in sight than there is room: the best priorities stay or come in, the rest waits. */
  #compete(
    view: ClientView,
    newcomers: number,
    generations: Uint32Array,
    sequence: number,
    changes: ViewChanges,
  ): void {
    this.#recallWaiting(view);
    const counts = this.#levelCounts.fill(0);
    for (let n = 0; n < newcomers; n++) {
      const slot = this.#newSlots[n] as number;
      const isKnown = this.#waitStampOf[slot] === this.#stamp;
      if (!isKnown) this.#sinceOf[slot] = sequence;
      const waited = sequence - (this.#sinceOf[slot] as number);
      const level = this.#level(this.#newDistances[n] as number, waited / FULL_PATIENCE);
      this.#newLevels[n] = level;
      counts[level] = (counts[level] as number) + 1;
    }
    for (let i = 0; i < view.count; i++) {
      const level = this.#heldLevel(view, i, sequence);
      counts[level] = (counts[level] as number) + 1;
    }
    const { level: bar, room } = threshold(counts, view.capacity);
    // Of those who are just at the bar, the ones already in view stay first.
    let roomAtBar = room;
    for (let i = view.count - 1; i >= 0; i--) {
      const level = this.#heldLevel(view, i, sequence);
      if (level > bar || (level === bar && roomAtBar-- > 0)) continue;
      this.#drop(view, i, changes);
    }
    view.reserveWaiting(newcomers);
    view.waitingCount = 0;
    for (let n = 0; n < newcomers; n++) {
      const level = this.#newLevels[n] as number;
      if (level > bar || (level === bar && roomAtBar-- > 0)) this.#admit(view, n, generations, sequence);
      else {
        const slot = this.#newSlots[n] as number;
        view.waitingSlots[view.waitingCount] = slot;
        view.waitingSince[view.waitingCount++] = this.#sinceOf[slot] as number;
      }
    }
  }

  #recallWaiting(view: ClientView): void {
    for (let w = 0; w < view.waitingCount; w++) {
      const slot = view.waitingSlots[w] as number;
      this.#waitStampOf[slot] = this.#stamp;
      this.#sinceOf[slot] = view.waitingSince[w] as number;
    }
  }

  #heldLevel(view: ClientView, i: number, sequence: number): number {
    const isNew = sequence - (view.admittedAt[i] as number) < STAY_SNAPSHOTS;
    return this.#level(this.#heldDistances[i] as number, isNew ? STAY_BONUS : HELD_BONUS);
  }

  /** Priority in whole levels: nearness 0 … 1 plus what waiting or being in view is worth. */
  #level(distanceSquared: number, bonus: number): number {
    const nearness = 1 - Math.sqrt(distanceSquared) / (this.#viewRadius * KEEP_FACTOR);
    return Math.min(LEVELS - 1, Math.floor((nearness + bonus) * (LEVELS / 2)));
  }
}

/** The lowest level that still has room, when the best `capacity` are taken, and how many at that level fit. */
function threshold(counts: Uint32Array, capacity: number): { readonly level: number; readonly room: number } {
  let taken = 0;
  for (let level = LEVELS - 1; level >= 0; level--) {
    const count = counts[level] as number;
    if (taken + count > capacity) return { level, room: capacity - taken };
    taken += count;
  }
  return { level: -1, room: 0 };
}
