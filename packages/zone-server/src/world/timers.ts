import type { EntityStore } from "@ows/game";

/** Most named timers one entity may have running. */
const MAX_TIMERS_PER_ENTITY = 64;

type Entry = { readonly dueTick: number; readonly order: number; readonly slot: number; readonly name: string };

export type DueTimer = { readonly slot: number; readonly name: string };

export class TooManyTimers extends Error {
  override readonly name = "TooManyTimers";
}

/** Named timers of entities: data by slot and name, and a heap of when they are due. */
export class Timers {
  readonly #store: EntityStore;
  /** The truth: due tick by name. The heap may hold entries that were moved or cancelled since. */
  readonly #bySlot = new Map<number, { readonly generation: number; readonly due: Map<string, Entry> }>();
  #heap: Entry[] = [];
  #running = 0;
  #order = 0;

  constructor(store: EntityStore) {
    this.#store = store;
  }

  /** Sets or moves a timer. */
  set(slot: number, name: string, dueTick: number): void {
    const due = this.#timersOf(slot);
    if (!due.has(name)) {
      if (due.size >= MAX_TIMERS_PER_ENTITY) throw new TooManyTimers(`an entity has at most ${MAX_TIMERS_PER_ENTITY}`);
      this.#running++;
    }
    const entry = { dueTick, order: this.#order++, slot, name };
    due.set(name, entry);
    push(this.#heap, entry);
    if (this.#heap.length > 2 * this.#running + 64) this.#compact();
  }

  cancel(slot: number, name: string): void {
    if (this.#timersOf(slot).delete(name)) this.#running--;
  }

  /** The running timers of a slot, by name, in the order they were set, with the tick they are due. */
  of(slot: number): { readonly name: string; readonly dueTick: number }[] {
    const known = this.#bySlot.get(slot);
    if (known === undefined || known.generation !== this.#store.generation[slot]) return [];
    return [...known.due.values()].sort((a, b) => a.order - b.order).map(({ name, dueTick }) => ({ name, dueTick }));
  }

  /** Forgets all timers of a slot: its entity is gone. */
  forget(slot: number): void {
    this.#running -= this.#bySlot.get(slot)?.due.size ?? 0;
    this.#bySlot.delete(slot);
  }

  /** The next timer due at `tick`, taken out, in the order they are due and were set. */
  takeDue(tick: number): DueTimer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.dueTick > tick) return undefined;
      pop(this.#heap);
      if (!this.#isCurrent(first)) continue;
      this.#bySlot.get(first.slot)?.due.delete(first.name);
      this.#running--;
      return first;
    }
  }

  #timersOf(slot: number): Map<string, Entry> {
    const generation = this.#store.generation[slot] as number;
    const known = this.#bySlot.get(slot);
    if (known !== undefined && known.generation === generation) return known.due;
    this.forget(slot);
    const due = new Map<string, Entry>();
    this.#bySlot.set(slot, { generation, due });
    return due;
  }

  #isCurrent(entry: Entry): boolean {
    const timers = this.#bySlot.get(entry.slot);
    return timers?.generation === this.#store.generation[entry.slot] && timers?.due.get(entry.name) === entry;
  }

  #compact(): void {
    const current = this.#heap.filter((entry) => this.#isCurrent(entry));
    this.#heap = [];
    for (const entry of current) push(this.#heap, entry);
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueTick < b.dueTick || (a.dueTick === b.dueTick && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Entry;
    if (!isBefore(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child++;
    if (!isBefore(heap[child] as Entry, last)) break;
    heap[at] = heap[child] as Entry;
    at = child;
  }
  heap[at] = last;
}
