/** Entities one client may see at once, unless told otherwise. */
export const DEFAULT_VIEW_CAP = 100;

/**
 * What one client sees, as columns: entry `i` of each belongs together. Held by the caller per connection and changed
 * by `stepView` alone.
 */
export class ClientView {
  readonly capacity: number;
  /** Entries in use, 0 <= count <= capacity. */
  count = 0;
  readonly slots: Uint16Array;
  /** Which use of the slot is meant: a slot that was freed and used again is another entity. */
  readonly generations: Uint32Array;
  /** Tier of the deltas the client gets; meaningful once introduced. */
  readonly tiers: Uint8Array;
  /** Tier that the distance asks for. */
  readonly wantedTiers: Uint8Array;
  /** 1 once the client got a full record. */
  readonly isIntroduced: Uint8Array;
  /** 1 when the client may have missed a delta: the next record is a full one. */
  readonly isStale: Uint8Array;
  /** Sequence at which the entry was admitted. */
  readonly admittedAt: Uint32Array;
  /** Entities in sight that found no room, and since when. */
  waitingCount = 0;
  waitingSlots = new Uint16Array(0);
  waitingSince = new Uint32Array(0);

  constructor(capacity = DEFAULT_VIEW_CAP) {
    this.capacity = capacity;
    this.slots = new Uint16Array(capacity);
    this.generations = new Uint32Array(capacity);
    this.tiers = new Uint8Array(capacity);
    this.wantedTiers = new Uint8Array(capacity);
    this.isIntroduced = new Uint8Array(capacity);
    this.isStale = new Uint8Array(capacity);
    this.admittedAt = new Uint32Array(capacity);
  }

  /** A snapshot was not sent: every entity must be introduced again. */
  missedSnapshot(): void {
    this.isStale.fill(1, 0, this.count);
  }

  /** Adds an entry that the client has not heard of yet. */
  admit(slot: number, generation: number, wantedTier: number, sequence: number): void {
    const i = this.count++;
    this.slots[i] = slot;
    this.generations[i] = generation;
    this.tiers[i] = wantedTier;
    this.wantedTiers[i] = wantedTier;
    this.isIntroduced[i] = 0;
    this.isStale[i] = 0;
    this.admittedAt[i] = sequence;
  }

  /** Removes an entry; the last one takes its place. */
  drop(i: number): void {
    const last = --this.count;
    this.slots[i] = this.slots[last] as number;
    this.generations[i] = this.generations[last] as number;
    this.tiers[i] = this.tiers[last] as number;
    this.wantedTiers[i] = this.wantedTiers[last] as number;
    this.isIntroduced[i] = this.isIntroduced[last] as number;
    this.isStale[i] = this.isStale[last] as number;
    this.admittedAt[i] = this.admittedAt[last] as number;
  }

  reserveWaiting(count: number): void {
    if (count <= this.waitingSlots.length) return;
    this.waitingSlots = new Uint16Array(count * 2);
    this.waitingSince = new Uint32Array(count * 2);
  }
}
