import { ByteWriter, type EntityId, type Parsed, type PrngState, parseBytes, WireError } from "@ows/base";
import type { FieldValue, Position } from "@ows/game";
import type { ApplyDelta } from "@ows/mesh";
import { NO_PLAYER, type PlayerBytes } from "../players/pack-player.ts";
import type { World } from "../world/world.ts";
import { type EntityRecord, readRecord, writeRecord } from "./entity-record.ts";

const ALL = -1;

/** An entity as records: all of it, then what has changed since, one after the other. */
export type EntityBytes = readonly Uint8Array[];

/** Everything an entity is, apart from its id and epoch. */
export type PackedEntity = {
  /** The last tick in which it was simulated. */
  readonly tick: number;
  readonly className: string;
  readonly position: Position;
  readonly velocity: Position;
  readonly yaw: number;
  readonly components: Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;
  /** Ticks until each timer is due; 0 or less is due at once. */
  readonly timers: readonly { readonly name: string; readonly ticksLeft: number }[];
  /** Of the entity's own random numbers, once it has drawn one. */
  readonly random: PrngState | undefined;
  /** What its player adds; nothing when it has none. */
  readonly player: PlayerBytes;
};

/** Nothing is read before it is needed, which most copies never are. */
export const appendDelta: ApplyDelta<EntityBytes> = (before, delta) => [...before, ...delta];

const NOTHING = new Uint8Array(0);
const writer = new ByteWriter(4_096);

/** Takes all of an entity, exactly. It stays as it is. */
export function packEntity(world: World, slot: number, player: PlayerBytes = NO_PLAYER): Uint8Array<ArrayBuffer> {
  writer.reset();
  const { name: className, components } = world.classOf(slot);
  writeRecord(writer, world, slot, {
    ...{ className, hasPlace: true, player },
    components: Object.keys(components).length === 0 ? 0 : ALL,
    timers: world.timers.of(slot),
    random: world.randomState(slot),
  });
  return writer.finish();
}

/** How a ghost was told last: no timers and no random numbers are known of it, and only these components. */
export function packGhost(
  world: World,
  { slot, ...lastTold }: { readonly slot: number; readonly position: Position; readonly velocity: Position },
  seen: readonly string[],
  player: PlayerBytes,
): Uint8Array<ArrayBuffer> {
  writer.reset();
  const { name: className, components } = world.classOf(slot);
  const bits = Object.keys(components).reduce((all, name, i) => (seen.includes(name) ? all | (1 << i) : all), 0);
  writeRecord(writer, world, slot, { className, hasPlace: true, lastTold, components: bits, timers: [], player });
  return writer.finish();
}

/**
 * Reads what `packEntity` wrote and what was appended since. A component that this build does not know is left out;
 * fields of another build's component are refused with the reason.
 */
export function readPackedEntity(world: World, [first = NOTHING, ...later]: EntityBytes): Parsed<PackedEntity> {
  let read = parseBytes(first, (reader) => whole(world, readRecord(reader, world, "")));
  for (const bytes of later) {
    if (!read.ok) return read;
    const before = read.value;
    read = parseBytes(bytes, (reader) => changed(before, readRecord(reader, world, before.className)));
  }
  return read;
}

/** Puts the entity into the world: into the slot where its ghost stands, if there is one. Throws `StoreFull`. */
export function unpackEntity(world: World, id: EntityId, packed: PackedEntity): number {
  const { className, position, velocity, yaw, components, timers, random } = packed;
  const slot = world.settle({ id, className, position, velocity, yaw, components });
  for (const { name, ticksLeft } of timers) world.timers.set(slot, name, world.tick + Math.max(1, ticksLeft));
  if (random !== undefined) world.setRandom(slot, random);
  world.goesOnAfter(slot, packed.tick);
  return slot;
}

function whole(world: World, { tick, className, place, components, timers, random, player }: EntityRecord) {
  if (!world.store.classes.some(({ name }) => name === className)) {
    throw new WireError(`class ${className} is not known here`);
  }
  if (place === undefined || timers === undefined) throw new WireError("a first record that does not tell all");
  return { tick, className, ...place, components, timers, random, player: { ...NO_PLAYER, ...player } };
}

function changed(
  entity: PackedEntity,
  { tick, place, components, timers, random, player }: EntityRecord,
): PackedEntity {
  const passed = tick - entity.tick;
  return {
    ...entity,
    ...place,
    tick,
    components: { ...entity.components, ...components },
    timers: timers ?? entity.timers.map(({ name, ticksLeft }) => ({ name, ticksLeft: ticksLeft - passed })),
    random: random ?? entity.random,
    player: { ...entity.player, ...player },
  };
}
