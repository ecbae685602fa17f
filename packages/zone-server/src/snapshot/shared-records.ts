import { ByteWriter, type EntityId } from "@ows/base";
import type { EntityStore } from "@ows/game";
import { SlotHistory, TIERS } from "@ows/mesh";
import {
  type ClassSchema,
  type ComponentValues,
  type GameSchema,
  quantise,
  quantiseYaw,
  writeDeltaRecord,
  writeFullRecord,
} from "@ows/protocol/game";

/** Most components of a class, as `defineGame` allows. */
const MAX_COMPONENTS = 24;
/** Cache rows: the full record and one delta for each tier. */
const FULL_ROW = 0;
const ROW_OF_TIER: readonly number[] = [0, 1, 2, 0, 3];
const ROWS = TIERS.length + 1;
const NO_RECORD = new Uint8Array(0);

/**
 * The records of one snapshot that all clients share: each is encoded when the first client needs it, and its bytes
 * serve everybody else.
 */
export class SharedRecords {
  readonly #store: EntityStore;
  readonly #schema: GameSchema;
  readonly #history = new SlotHistory();
  readonly #writer = new ByteWriter(1024);
  /** Component versions seen by the last snapshot, by slot and place in the class's near components. */
  #versions = new Uint32Array(0);
  /** Sequence of the cached record, by slot and row; and the record. */
  #cachedAt = new Uint32Array(0);
  readonly #cached: Uint8Array[] = [];
  #sequence = 0;
  /** The slot whose record is being written, for `#values`: one function for all records. */
  #writing = 0;
  readonly #values = (name: string): ComponentValues => this.#store.componentValues(this.#writing, name);

  constructor(store: EntityStore, schema: GameSchema) {
    this.#store = store;
    this.#schema = schema;
  }

  /** Number of the snapshot under way; grows by one, without gaps. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Takes the state of all entities: what the records of the next snapshot tell. */
  begin(): void {
    this.#sequence++;
    const { positions, yaws } = this.#store;
    const { x, y, z } = positions;
    this.#reserve(this.#store.ids.length);
    for (const slot of this.#store.liveSlots()) {
      this.#history.record(
        this.#sequence,
        slot,
        quantise(x[slot] as number),
        quantise(y[slot] as number),
        quantise(z[slot] as number),
        quantiseYaw(yaws[slot] as number),
        this.#changedComponents(slot),
      );
    }
  }

  full(slot: number): Uint8Array {
    const at = slot * ROWS + FULL_ROW;
    if (this.#cachedAt[at] === this.#sequence) return this.#cached[at] as Uint8Array;
    const schema = this.#classOf(slot);
    this.#writer.reset();
    const entity = {
      id: this.#store.ids[slot] as EntityId,
      classIndex: schema.index,
      x: this.#history.x(this.#sequence, slot),
      y: this.#history.y(this.#sequence, slot),
      z: this.#history.z(this.#sequence, slot),
      yaw: this.#history.yaw(this.#sequence, slot),
    };
    this.#writing = slot;
    writeFullRecord(this.#writer, slot, entity, schema, this.#values);
    return this.#keep(at, this.#writer.finish());
  }

  /** The change since the tier's last turn; no bytes when nothing changed. */
  delta(slot: number, tier: number): Uint8Array {
    const at = slot * ROWS + (ROW_OF_TIER[tier] as number);
    if (this.#cachedAt[at] === this.#sequence) return this.#cached[at] as Uint8Array;
    const [history, now, before] = [this.#history, this.#sequence, this.#sequence - tier];
    const yaw = history.yaw(now, slot);
    const delta = {
      dx: history.x(now, slot) - history.x(before, slot),
      dy: history.y(now, slot) - history.y(before, slot),
      dz: history.z(now, slot) - history.z(before, slot),
      yaw: yaw === history.yaw(before, slot) ? undefined : yaw,
      componentMask: history.changedComponents(now, slot, tier),
    };
    this.#writer.reset();
    this.#writing = slot;
    const isAny = writeDeltaRecord(this.#writer, slot, delta, this.#classOf(slot), this.#values);
    return this.#keep(at, isAny ? this.#writer.finish() : NO_RECORD);
  }

  #keep(at: number, record: Uint8Array): Uint8Array {
    this.#cached[at] = record;
    this.#cachedAt[at] = this.#sequence;
    return record;
  }

  #changedComponents(slot: number): number {
    const { near } = this.#classOf(slot);
    let mask = 0;
    for (let i = 0; i < near.length; i++) {
      const version = this.#store.componentVersion(slot, near[i]?.bit ?? 0);
      const at = slot * MAX_COMPONENTS + i;
      if (this.#versions[at] === version) continue;
      this.#versions[at] = version;
      mask |= 1 << i;
    }
    return mask;
  }

  #classOf(slot: number): ClassSchema {
    return this.#schema.classes[this.#store.classIndex[slot] as number] as ClassSchema;
  }

  #reserve(slots: number): void {
    if (this.#versions.length >= slots * MAX_COMPONENTS) return;
    const versions = new Uint32Array(slots * MAX_COMPONENTS);
    versions.set(this.#versions);
    this.#versions = versions;
    const cachedAt = new Uint32Array(slots * ROWS);
    cachedAt.set(this.#cachedAt);
    this.#cachedAt = cachedAt;
  }
}
