import { ByteWriter, type EntityId, type Parsed, type PrngState, parseBytes, WireError } from "@ows/base";
import type { FieldValue, Position } from "@ows/game";
import type { ApplyDelta } from "@ows/mesh";
import { NO_PLAYER, type PlayerBytes } from "../players/pack-player.ts";
import type { World } from "../world/world.ts";
import { type EntityRecord, readRecord, writeRecord } from "./entity-record.ts";

/** Of a packed entity with its player and what was told of it since. */
const MAX_PACKED_BYTES = 1 << 20;
const ALL = -1;

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

/** What has changed comes after what it changes: one record, then the next. */
export const appendDelta: ApplyDelta<Uint8Array> = (before, delta) => {
  if (before.length + delta.length > MAX_PACKED_BYTES) return undefined;
  const after = new Uint8Array(before.length + delta.length);
  after.set(before);
  after.set(delta, before.length);
  return after;
};

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

/**
 * Reads what `packEntity` wrote and what was appended since. A component that this build does not know is left out;
 * fields of another build's component are refused with the reason.
 */
export function readPackedEntity(world: World, bytes: Uint8Array): Parsed<PackedEntity> {
  return parseBytes(bytes, (reader) => {
    const first = readRecord(reader, world, "");
    let entity = whole(world, first);
    while (reader.left > 0) entity = changed(entity, readRecord(reader, world, entity.className));
    return entity;
  });
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
