import type { EntityId, Epoch } from "@ows/base";
import type { Bounds } from "@ows/game";
import type { Stay } from "../mesh/explain-stay.ts";
import type { MeshInspection } from "../mesh/mesh-inspection.ts";
import type { MeshNode } from "../mesh/mesh-node.ts";
import type { Percentiles, TickSection } from "../tick/tick-times.ts";
import { TICK_SECTIONS } from "../tick/tick-times.ts";
import type { ZoneRuntime } from "../zone-runtime.ts";

/** Entities in one answer; a zone with more shows a part. */
const MAX_ENTITIES = 2_000;
const MAX_FAULTS = 50;

/** A zone server as an operator sees it. */
export type Inspection = {
  readonly pid: number;
  readonly memoryMiB: number;
  readonly zoneInstanceId: number;
  readonly zoneName: string;
  readonly bounds: Bounds;
  readonly tick: number;
  readonly tickHz: number;
  readonly tickTime: Percentiles;
  readonly lateness: Percentiles;
  readonly sections: Readonly<Record<TickSection, Percentiles>>;
  readonly ticks: number;
  readonly skippedTicks: number;
  /** Share of one core since the last look. */
  readonly cpu: number;
  readonly bytesOutPerSecond: number;
  readonly connections: number;
  readonly entityCount: number;
  readonly players: readonly {
    readonly id: number;
    readonly name: string;
    readonly x: number;
    readonly y: number;
    readonly isLinkDead: boolean;
    /** Of its ownership, in a zone that several servers share. */
    readonly epoch?: Epoch;
  }[];
  /** Names for the class numbers of `entities`. */
  readonly classes: readonly string[];
  /** Class number, x and y in metres, id. */
  readonly entities: readonly (readonly [number, number, number, number])[];
  /** Copies of what others own: class number, x and y in metres, id, owner. */
  readonly ghosts: readonly (readonly [number, number, number, number, number])[];
  readonly counts: Readonly<Record<string, number>>;
  /** Its part in a mesh instance; not there when it has the zone for itself. */
  readonly mesh?: MeshInspection & { readonly stays: readonly Stay[] };
  /** Faults of game code and how often each happened. */
  readonly faults: readonly { readonly kind: string; readonly count: number }[];
};

export function inspect(runtime: ZoneRuntime, zoneInstanceId: number, rates: Rates): Inspection {
  const { world, players, times, sender, saves, linkCounts } = runtime;
  const { x, y } = world.store.positions;
  const place = (slot: number) => ({ x: rounded(x[slot] as number), y: rounded(y[slot] as number) });
  const live = world.store.liveSlots();
  const slots = live.filter((slot) => !world.store.isGhost(slot)).subarray(0, MAX_ENTITIES);
  const ghosts = live.filter((slot) => world.store.isGhost(slot)).subarray(0, MAX_ENTITIES);
  const row = (slot: number) => {
    const at = place(slot);
    return [world.store.classIndex[slot] as number, at.x, at.y, world.store.ids[slot] as number] as const;
  };
  return {
    pid: process.pid,
    memoryMiB: Math.round(process.memoryUsage.rss() / 1_048_576),
    zoneInstanceId,
    zoneName: world.zone.name,
    bounds: world.zone.bounds,
    tick: world.tick,
    tickHz: world.game.definition.tickHz,
    tickTime: times.tick,
    lateness: times.lateness,
    sections: Object.fromEntries(TICK_SECTIONS.map((s) => [s, times.section(s)])) as Record<TickSection, Percentiles>,
    ticks: times.ticks,
    skippedTicks: times.skippedTicks,
    cpu: rates.cpu,
    bytesOutPerSecond: rates.bytesOutPerSecond,
    connections: linkCounts?.connections ?? 0,
    entityCount: world.store.count - world.store.ghostCount,
    players: players.all.map((player) => {
      const id = world.store.ids[player.slot] as EntityId;
      const epoch = runtime.mesh?.desk.epochOf(id);
      return {
        ...{ id, name: player.characterName, ...place(player.slot), isLinkDead: player.stream === undefined },
        ...(epoch !== undefined && { epoch }),
      };
    }),
    classes: world.store.classes.map(({ name }) => name),
    entities: Array.from(slots, row),
    ghosts: Array.from(ghosts, (slot) => [...row(slot), world.store.ghostOwners[slot] as number] as const),
    counts: {
      tooFastMoves: world.tooFastMoves,
      handlerFaults: world.faults.total,
      refusedInputs: players.refusedInputs,
      refusedMessages: linkCounts?.refusedMessages ?? 0,
      malformedMessages: linkCounts?.malformed ?? 0,
      turnedAway: linkCounts?.turnedAway ?? 0,
      ticksPerSnapshot: runtime.pace.every,
      skippedSnapshots: sender.skippedSnapshots,
      pendingCalls: world.calls.pending,
      waitingSaves: saves.size,
      ...runtime.ghosts?.counts,
    },
    ...(runtime.mesh !== undefined && { mesh: { ...runtime.mesh.inspect(), stays: staysOf(runtime.mesh, slots) } }),
    faults: [...world.faults.counts()].slice(0, MAX_FAULTS).map(([kind, count]) => ({ kind, count })),
  };
}

function staysOf(mesh: MeshNode, slots: Uint16Array): Stay[] {
  return Array.from(slots, (slot) => mesh.stayOf(slot)).filter((stay) => stay !== undefined);
}

/** CPU and bytes per second between two looks that are at least a second apart. */
export class Rates {
  cpu = 0;
  bytesOutPerSecond = 0;
  #atMs: number;
  #bytesOut = 0;
  #usage = process.cpuUsage();

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  update(nowMs: number, bytesOut: number): void {
    const passedMs = nowMs - this.#atMs;
    if (passedMs < 1_000) return;
    const { user, system } = process.cpuUsage(this.#usage);
    this.cpu = (user + system) / 1_000 / passedMs;
    this.bytesOutPerSecond = Math.round(((bytesOut - this.#bytesOut) * 1_000) / passedMs);
    this.#atMs = nowMs;
    this.#bytesOut = bytesOut;
    this.#usage = process.cpuUsage();
  }
}

function rounded(metres: number): number {
  return Math.round(metres * 10) / 10;
}
