import { type ByteReader, ByteWriter, type PrngState, parseBytes, WireError } from "@ows/base";
import { type FieldValue, type Position, readFields, writeFields } from "@ows/game";
import type { PlayerBytes } from "../players/pack-player.ts";
import type { World } from "../world/world.ts";

/*
 * A record: what there is to say of an entity at the end of a tick, or what of that has changed since another record.
 *
 *   u8 FORMAT, varint tick, u8 parts, then by bit of `parts`:
 *   CLASS       text name
 *   PLACE       f64 × 7: position, velocity, yaw
 *   COMPONENTS  u8 count, (text name, bytes of its fields) each
 *   TIMERS      varint count, (text name, signed varint ticks left) each: all that run
 *   RANDOM      u32 × 4
 *   LIVELY      bytes: what its player's every tick changes
 *   STEADY      bytes: the rest of its player
 */
const FORMAT = 3;
const CLASS = 1;
const PLACE = 2;
const COMPONENTS = 4;
const TIMERS = 8;
const RANDOM = 16;
const LIVELY = 32;
const STEADY = 64;

const MAX_NAME_BYTES = 256;
const MAX_COMPONENT_BYTES = 64 * 1024;
const MAX_PLAYER_BYTES = 256 * 1024;

export type RunningTimer = { readonly name: string; readonly dueTick: number };

/** What a record is to say; what is `undefined` or of no bits is left out. */
export type RecordParts = {
  readonly className?: string | undefined;
  readonly hasPlace: boolean;
  /** In place of where the entity is. */
  readonly lastTold?: { readonly position: Position; readonly velocity: Position };
  /** Bits of the class's components, in their order. */
  readonly components: number;
  readonly timers?: readonly RunningTimer[] | undefined;
  readonly random?: PrngState | undefined;
  readonly player: Partial<PlayerBytes>;
};

/** What a record said, or several of one entity together. */
export type EntityRecord = {
  readonly tick: number;
  readonly className: string;
  readonly place: { readonly position: Position; readonly velocity: Position; readonly yaw: number } | undefined;
  readonly components: Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;
  /** Ticks from `tick` until each is due; 0 or less is due at once. `undefined`: nothing was said of timers. */
  readonly timers: readonly { readonly name: string; readonly ticksLeft: number }[] | undefined;
  readonly random: PrngState | undefined;
  readonly player: Partial<PlayerBytes>;
};

export function writeRecord(writer: ByteWriter, world: World, slot: number, parts: RecordParts): void {
  const { className, hasPlace, components, timers, random, player } = parts;
  const mask =
    (className === undefined ? 0 : CLASS) |
    (hasPlace ? PLACE : 0) |
    (components === 0 ? 0 : COMPONENTS) |
    (timers === undefined ? 0 : TIMERS) |
    (random === undefined ? 0 : RANDOM) |
    (player.lively === undefined ? 0 : LIVELY) |
    (player.steady === undefined ? 0 : STEADY);
  writer.u8(FORMAT).varint(world.tick).u8(mask);
  if (className !== undefined) writer.text(className);
  if (hasPlace) writePlace(writer, world.store, slot, parts.lastTold);
  if (components !== 0) writeComponents(writer, world, slot, components);
  if (timers !== undefined) {
    writer.varint(timers.length);
    for (const { name, dueTick } of timers) writer.text(name).signedVarint(dueTick - world.tick);
  }
  if (random !== undefined) for (const word of random) writer.u32(word);
  if (player.lively !== undefined) writer.bytes(player.lively);
  if (player.steady !== undefined) writer.bytes(player.steady);
}

/** Reads one record; `className` is that of the records before it. Throws `WireError`. */
export function readRecord(reader: ByteReader, world: World, known: string): EntityRecord {
  const format = reader.u8();
  if (format !== FORMAT) throw new WireError(`entity format ${format}, this side knows ${FORMAT}`);
  const tick = reader.varint();
  const mask = reader.u8();
  const className = mask & CLASS ? reader.text(MAX_NAME_BYTES) : known;
  return {
    tick,
    className,
    place: mask & PLACE ? readPlace(reader) : undefined,
    components: mask & COMPONENTS ? readComponents(reader, world, className) : {},
    timers: mask & TIMERS ? readTimers(reader) : undefined,
    random: mask & RANDOM ? [reader.u32(), reader.u32(), reader.u32(), reader.u32()] : undefined,
    player: {
      ...(mask & LIVELY && { lively: reader.bytes(MAX_PLAYER_BYTES).slice() }),
      ...(mask & STEADY && { steady: reader.bytes(MAX_PLAYER_BYTES).slice() }),
    },
  };
}

function writePlace(writer: ByteWriter, store: World["store"], slot: number, told?: RecordParts["lastTold"]): void {
  const { positions: p, velocities: v, yaws } = store;
  if (told !== undefined) {
    for (const { x, y, z } of [told.position, told.velocity]) writer.f64(x).f64(y).f64(z);
  } else {
    writer.f64(p.x[slot] as number).f64(p.y[slot] as number);
    writer.f64(p.z[slot] as number).f64(v.x[slot] as number);
    writer.f64(v.y[slot] as number).f64(v.z[slot] as number);
  }
  writer.f64(yaws[slot] as number);
}

function readPlace(reader: ByteReader): NonNullable<EntityRecord["place"]> {
  const vector = () => ({ x: reader.f64(), y: reader.f64(), z: reader.f64() });
  return { position: vector(), velocity: vector(), yaw: reader.f64() };
}

function writeComponents(writer: ByteWriter, world: World, slot: number, mask: number): void {
  const components = Object.entries(world.classOf(slot).components);
  let count = 0;
  for (let bit = 0; bit < components.length; bit++) if (mask & (1 << bit)) count++;
  writer.u8(count);
  components.forEach(([name, { fields }], bit) => {
    if (!(mask & (1 << bit))) return;
    fieldWriter.reset();
    writeFields(fieldWriter, fields, world.store.componentValues(slot, name));
    writer.text(name).bytes(fieldWriter.written());
  });
}

/** Of one component at a time: its length goes before it. */
const fieldWriter = new ByteWriter(256);

function readComponents(reader: ByteReader, world: World, className: string): EntityRecord["components"] {
  const entityClass = world.store.classes.find(({ name }) => name === className);
  if (entityClass === undefined) throw new WireError(`class ${className} is not known here`);
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
  return components;
}

function readTimers(reader: ByteReader): NonNullable<EntityRecord["timers"]> {
  const timers: { name: string; ticksLeft: number }[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    timers.push({ name: reader.text(MAX_NAME_BYTES), ticksLeft: reader.signedVarint() });
  }
  return timers;
}
