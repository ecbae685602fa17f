/** Most components of a class that others see. */
const MAX_COMPONENTS = 24;
const SLOTS = 65_536;

/**
 * The quantised state of the own entities near a border, and in which tick each component changed last: what all
 * neighbours' batches of a tick are made from.
 */
export class SlotStates {
  readonly x = new Int32Array(SLOTS);
  readonly y = new Int32Array(SLOTS);
  readonly z = new Int32Array(SLOTS);
  readonly yaw = new Uint8Array(SLOTS);
  readonly generation = new Uint32Array(SLOTS);
  /** Tick of the last `record`: what is older is not near a border, or not owned here. */
  readonly recordedAt = new Float64Array(SLOTS).fill(-1);
  #changedAt = new Float64Array(0);
  #versions = new Float64Array(0);

  /** Takes an entity's place and heading, in whole wire steps. */
  record(tick: number, slot: number, generation: number, x: number, y: number, z: number, yaw: number): void {
    this.x[slot] = x;
    this.y[slot] = y;
    this.z[slot] = z;
    this.yaw[slot] = yaw;
    this.generation[slot] = generation;
    this.recordedAt[slot] = tick;
  }

  /** Takes the version of one component; another one than before is a change in this tick. */
  recordComponent(tick: number, slot: number, index: number, version: number): void {
    const at = slot * MAX_COMPONENTS + index;
    if (at >= this.#versions.length) this.#grow(at + 1);
    if (this.#versions[at] === version) return;
    this.#versions[at] = version;
    this.#changedAt[at] = tick;
  }

  /** Bits of the first `count` components that changed after `tick`. */
  changedSince(tick: number, slot: number, count: number): number {
    let mask = 0;
    for (let i = 0, at = slot * MAX_COMPONENTS; i < count; i++, at++) {
      if ((this.#changedAt[at] as number) > tick) mask |= 1 << i;
    }
    return mask;
  }

  #grow(needed: number): void {
    const capacity = Math.max(64 * MAX_COMPONENTS, 2 ** Math.ceil(Math.log2(needed)));
    const versions = new Float64Array(capacity).fill(-1);
    versions.set(this.#versions);
    this.#versions = versions;
    const changedAt = new Float64Array(capacity).fill(-1);
    changedAt.set(this.#changedAt);
    this.#changedAt = changedAt;
  }
}
