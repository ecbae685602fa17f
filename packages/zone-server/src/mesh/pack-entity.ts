import {
  type ByteReader,
  ByteWriter,
  diffBytes,
  type EntityId,
  type Parsed,
  type PrngState,
  parseBytes,
  patchBytes,
  WireError,
} from "@ows/base";
import { type FieldValue, type Position, readFields, writeFields } from "@ows/game";
import type { StateCodec } from "@ows/mesh";
import type { World } from "../world/world.ts";

const FORMAT = 2;
/** Of a packed entity with its player. */
const MAX_PACKED_BYTES = 1 << 20;
const MAX_NAME_BYTES = 256;
const MAX_COMPONENT_BYTES = 64 * 1024;
const MAX_PLAYER_BYTES = 256 * 1024;

/** Everything an entity is, apart from its id, epoch and player. */
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
  /** What its player adds, as `packPlayer` made it; empty when it has none. */
  readonly player: Uint8Array;
};

/** Tells a packed entity again by what changed. */
export const packedCodec: StateCodec<Uint8Array> = {
  diff: diffBytes,
  patch: (before, delta) => patchBytes(before, delta, MAX_PACKED_BYTES),
};

/** Takes all of an entity, exactly. It stays as it is. */
export function packEntity(
  world: World,
  slot: number,
  player: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const { store } = world;
  const entityClass = world.classOf(slot);
  const writer = new ByteWriter(256).u8(FORMAT).varint(world.tick).text(entityClass.name);
  writeVector(writer, store.positions, slot);
  writeVector(writer, store.velocities, slot);
  writer.f64(store.yaws[slot] as number);
  const components = Object.entries(entityClass.components);
  writer.u8(components.length);
  const fields = new ByteWriter(64);
  for (const [name, component] of components) {
    fields.reset();
    writeFields(fields, component.fields, store.componentValues(slot, name));
    writer.text(name).bytes(fields.written());
  }
  const timers = world.timers.of(slot);
  writer.varint(timers.length);
  for (const { name, dueTick } of timers) writer.text(name).signedVarint(dueTick - world.tick);
  const random = world.randomState(slot);
  writer.u8(random === undefined ? 0 : 1);
  if (random !== undefined) for (const word of random) writer.u32(word);
  return writer.bytes(player).finish();
}

/**
 * Reads what `packEntity` wrote. A component that this build does not know is left out; fields of another build's
 * component are refused with the reason.
 */
export function readPackedEntity(world: World, bytes: Uint8Array): Parsed<PackedEntity> {
  return parseBytes(bytes, (reader) => read(world, reader));
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

function read(world: World, reader: ByteReader): PackedEntity {
  const format = reader.u8();
  if (format !== FORMAT) throw new WireError(`entity format ${format}, this side knows ${FORMAT}`);
  const tick = reader.varint();
  const className = reader.text(MAX_NAME_BYTES);
  const entityClass = world.store.classes.find(({ name }) => name === className);
  if (entityClass === undefined) throw new WireError(`class ${className} is not known here`);
  const position = readVector(reader);
  const velocity = readVector(reader);
  const yaw = reader.f64();
  const components: Record<string, Record<string, FieldValue>> = {};
  for (let left = reader.u8(); left > 0; left--) {
    const name = reader.text(MAX_NAME_BYTES);
    const bytes = reader.bytes(MAX_COMPONENT_BYTES);
    const component = Object.hasOwn(entityClass.components, name) ? entityClass.components[name] : undefined;
    if (component === undefined) continue;
    const values = parseBytes(bytes, (inner) => readFields(inner, component.fields));
    if (!values.ok) throw new WireError(`component ${name}: ${values.reason}`);
    components[name] = values.value;
  }
  const timers: { name: string; ticksLeft: number }[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    timers.push({ name: reader.text(MAX_NAME_BYTES), ticksLeft: reader.signedVarint() });
  }
  const random = reader.u8() === 1 ? readRandom(reader) : undefined;
  const player = reader.bytes(MAX_PLAYER_BYTES).slice();
  return { tick, className, position, velocity, yaw, components, timers, random, player };
}

function writeVector(writer: ByteWriter, from: World["store"]["positions"], slot: number): void {
  writer
    .f64(from.x[slot] as number)
    .f64(from.y[slot] as number)
    .f64(from.z[slot] as number);
}

function readVector(reader: ByteReader): Position {
  return { x: reader.f64(), y: reader.f64(), z: reader.f64() };
}

function readRandom(reader: ByteReader): PrngState {
  return [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
}
