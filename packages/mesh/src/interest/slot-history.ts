import { SLOWEST_TIER } from "./tiers.ts";

/** Snapshots remembered per slot: a power of two above the slowest tier. */
const DEPTH = SLOWEST_TIER * 2;

/**
 * The quantised state of every slot in the last snapshots: what deltas are taken against. Sequence numbers have no
 * gaps: `record` is called for every live slot in every snapshot.
 */
export class SlotHistory {
  #x = new Int32Array(0);
  #y = new Int32Array(0);
  #z = new Int32Array(0);
  #yaw = new Uint8Array(0);
  #changed = new Int32Array(0);

  /** @param changedComponents bits of the components that changed since the snapshot before. */
  record(
    sequence: number,
    slot: number,
    x: number,
    y: number,
    z: number,
    yaw: number,
    changedComponents: number,
  ): void {
    if ((slot + 1) * DEPTH > this.#x.length) this.#grow(slot + 1);
    const at = slot * DEPTH + (sequence & (DEPTH - 1));
    this.#x[at] = x;
    this.#y[at] = y;
    this.#z[at] = z;
    this.#yaw[at] = yaw;
    this.#changed[at] = changedComponents;
  }

  x(sequence: number, slot: number): number {
    return this.#x[slot * DEPTH + (sequence & (DEPTH - 1))] as number;
  }
  y(sequence: number, slot: number): number {
    return this.#y[slot * DEPTH + (sequence & (DEPTH - 1))] as number;
  }
  z(sequence: number, slot: number): number {
    return this.#z[slot * DEPTH + (sequence & (DEPTH - 1))] as number;
  }
  yaw(sequence: number, slot: number): number {
    return this.#yaw[slot * DEPTH + (sequence & (DEPTH - 1))] as number;
  }

  /** Bits of the components that changed in the last `tier` snapshots up to `sequence`. */
  changedComponents(sequence: number, slot: number, tier: number): number {
    let mask = 0;
    for (let back = 0; back < tier; back++) {
      mask |= this.#changed[slot * DEPTH + ((sequence - back) & (DEPTH - 1))] as number;
    }
    return mask;
  }

  #grow(slots: number): void {
    const capacity = Math.max(64, 2 ** Math.ceil(Math.log2(slots))) * DEPTH;
    this.#x = copied(this.#x, new Int32Array(capacity));
    this.#y = copied(this.#y, new Int32Array(capacity));
    this.#z = copied(this.#z, new Int32Array(capacity));
    this.#changed = copied(this.#changed, new Int32Array(capacity));
    this.#yaw = copied(this.#yaw, new Uint8Array(capacity));
  }
}

function copied<Column extends Int32Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
