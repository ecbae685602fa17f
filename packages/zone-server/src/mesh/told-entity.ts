import { ByteWriter, type PrngState } from "@ows/base";
import type { SteadyPart } from "../players/pack-player.ts";
import type { World } from "../world/world.ts";
import { type RunningTimer, writeRecord } from "./entity-record.ts";

const NO_BYTES = new Uint8Array(0);
const NO_TIMERS: readonly RunningTimer[] = [];

/** The player of an entity that is told about. `steady` is packed when its texts are others than last time. */
export type ToldPlayer = {
  readonly lively: Uint8Array;
  readonly texts: Pick<SteadyPart, "resumeHash" | "savedFingerprint">;
  readonly packSteady: () => Uint8Array;
};

const writer = new ByteWriter(512);

/**
 * What was told last of an entity, so that the next telling is of what has changed. Events under way to a client are
 * in whole states only: whoever comes back after a crash does not hear twice.
 */
export class ToldEntity {
  readonly #place = new Float64Array(7).fill(Number.NaN);
  readonly #versions: Uint32Array;
  #timers = NO_TIMERS;
  #random: PrngState | undefined;
  #lively: Uint8Array = NO_BYTES;
  #resumeHash = "";
  #savedFingerprint = "";

  /** @param components of the entity's class. */
  constructor(components: number) {
    this.#versions = new Uint32Array(components);
  }

  /** All of it has been told. */
  told(world: World, slot: number, player: ToldPlayer | undefined): void {
    this.#note(world, slot, player);
  }

  /** What has changed since the last time, as a record; from now on that is told. */
  delta(world: World, slot: number, player: ToldPlayer | undefined): Uint8Array<ArrayBuffer> {
    const { hasLively, hasSteady, ...parts } = this.#note(world, slot, player);
    const lively = hasLively ? player?.lively : undefined;
    const steady = hasSteady ? player?.packSteady() : undefined;
    writer.reset();
    writeRecord(writer, world, slot, { ...parts, player: { ...(lively && { lively }), ...(steady && { steady }) } });
    return writer.finish();
  }

  /** Remembers how it is now, and answers what of that is news. */
  #note(world: World, slot: number, player: ToldPlayer | undefined) {
    const timers = world.timers.of(slot);
    const random = world.randomState(slot);
    const hasTimers = !sameTimers(timers, this.#timers);
    const hasRandom = random !== undefined && !sameWords(random, this.#random);
    this.#timers = timers;
    this.#random = random;
    return {
      hasPlace: this.#notePlace(world, slot),
      components: this.#noteComponents(world, slot),
      timers: hasTimers ? timers : undefined,
      random: hasRandom ? random : undefined,
      ...(player === undefined ? { hasLively: false, hasSteady: false } : this.#notePlayer(player)),
    };
  }

  #notePlace({ store: { positions: p, velocities: v, yaws } }: World, slot: number): boolean {
    const isMoved =
      this.#set(0, p.x[slot]) |
      this.#set(1, p.y[slot]) |
      this.#set(2, p.z[slot]) |
      this.#set(3, v.x[slot]) |
      this.#set(4, v.y[slot]) |
      this.#set(5, v.z[slot]) |
      this.#set(6, yaws[slot]);
    return isMoved !== 0;
  }

  #set(at: number, value: number | undefined): 0 | 1 {
    if (this.#place[at] === value) return 0;
    this.#place[at] = value as number;
    return 1;
  }

  #noteComponents({ store }: World, slot: number): number {
    let mask = 0;
    for (let bit = 0; bit < this.#versions.length; bit++) {
      const version = store.componentVersion(slot, bit);
      if (this.#versions[bit] === version) continue;
      this.#versions[bit] = version;
      mask |= 1 << bit;
    }
    return mask;
  }

  #notePlayer({ lively, texts }: ToldPlayer) {
    const hasLively = !sameBytes(lively, this.#lively);
    const hasSteady = texts.resumeHash !== this.#resumeHash || texts.savedFingerprint !== this.#savedFingerprint;
    this.#lively = lively;
    this.#resumeHash = texts.resumeHash;
    this.#savedFingerprint = texts.savedFingerprint;
    return { hasLively, hasSteady };
  }
}

function sameTimers(a: readonly RunningTimer[], b: readonly RunningTimer[]): boolean {
  return a.length === b.length && a.every(({ name, dueTick }, i) => b[i]?.name === name && b[i]?.dueTick === dueTick);
}

function sameWords(a: PrngState, b: PrngState | undefined): boolean {
  return b !== undefined && a.every((word, i) => word === b[i]);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
