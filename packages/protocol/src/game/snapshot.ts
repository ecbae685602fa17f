import { type ByteReader, type ByteWriter, type EntityId, type Parsed, parseBytes, WireError } from "@ows/base";
import { type Fields, type FieldValue, type Json, readFields, writeFields } from "@ows/game";
import type { ClassSchema, GameSchema } from "./schema.ts";
import { SNAPSHOT } from "./server-message.ts";

/*
 * A snapshot, the one message a client gets per tick:
 *
 *   u8 SNAPSHOT, u32 tick, varint acked input, u8 flags
 *   OWN     f64 × 6 position and velocity, f32 yaw, varint component mask, components of the mask (own wire order)
 *   GONE    varint count, u16 alias each
 *   FULL    varint count, full records
 *   DELTA   u16 count, delta records
 *   EVENTS  varint count, (text name, text JSON) each
 *
 *   full record   u16 alias, varint id, u8 class, signed varint x, y, z (1/256 m), u8 yaw, all near components
 *   delta record  u16 alias, u8 mask, then by mask bit: XY two signed varints (difference), Z one, YAW u8,
 *                 COMPONENTS varint mask over near components, their fields
 *
 * Full and delta records of one entity and tier are the same bytes for every client that sees it in that tier.
 * `alias` is the entity's slot on its server; a full record gives a slot its new meaning.
 */
const OWN = 1;
const GONE = 2;
const FULL = 4;
const DELTA = 8;
const EVENTS = 16;

const XY = 1;
const Z = 2;
const YAW = 4;
const COMPONENTS = 8;

const MAX_EVENT_BYTES = 1200;

/** Fields of one component, in memory order of the caller. */
export type ComponentValues = Readonly<Record<string, FieldValue>>;

/** State of an entity in wire units, as full and delta records carry it. */
export type WireEntity = {
  readonly id: EntityId;
  readonly classIndex: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly yaw: number;
};

/** Writes one full record; `components` gives the values of a near component by its name. */
export function writeFullRecord(
  writer: ByteWriter,
  alias: number,
  entity: WireEntity,
  schema: ClassSchema,
  components: (name: string) => ComponentValues,
): void {
  writer.u16(alias).varint(entity.id).u8(entity.classIndex);
  writer.signedVarint(entity.x).signedVarint(entity.y).signedVarint(entity.z).u8(entity.yaw);
  for (const slot of schema.near) writeFields(writer, slot.component.fields, components(slot.name));
}

/** What changed since the record before it, for one delta record. Differences in 1/256 m. */
export type WireDelta = {
  readonly dx: number;
  readonly dy: number;
  readonly dz: number;
  /** The new heading, or `undefined` when it did not change. */
  readonly yaw: number | undefined;
  /** Bits of the class's near components, by their index in `ClassSchema.near`. */
  readonly componentMask: number;
};

/** Writes one delta record; nothing at all, and `false`, when nothing changed. */
export function writeDeltaRecord(
  writer: ByteWriter,
  alias: number,
  delta: WireDelta,
  schema: ClassSchema,
  components: (name: string) => ComponentValues,
): boolean {
  const mask =
    (delta.dx !== 0 || delta.dy !== 0 ? XY : 0) |
    (delta.dz !== 0 ? Z : 0) |
    (delta.yaw !== undefined ? YAW : 0) |
    (delta.componentMask !== 0 ? COMPONENTS : 0);
  if (mask === 0) return false;
  writer.u16(alias).u8(mask);
  if (mask & XY) writer.signedVarint(delta.dx).signedVarint(delta.dy);
  if (mask & Z) writer.signedVarint(delta.dz);
  if (mask & YAW) writer.u8(delta.yaw as number);
  if (mask & COMPONENTS) {
    writer.varint(delta.componentMask);
    for (let i = 0; i < schema.near.length; i++) {
      const slot = schema.near[i];
      if (slot !== undefined && delta.componentMask & (1 << i)) {
        writeFields(writer, slot.component.fields, components(slot.name));
      }
    }
  }
  return true;
}

/** The avatar as its own player gets it: exact, so that prediction starts from the server's very numbers. */
export type OwnState = {
  readonly position: readonly [number, number, number];
  readonly velocity: readonly [number, number, number];
  readonly yaw: number;
  /** Bits by index in `ClassSchema.own`: what changed since the last snapshot (all bits in the first). */
  readonly componentMask: number;
  readonly components: (name: string) => ComponentValues;
};

export type SnapshotParts = {
  readonly tick: number;
  readonly ackedSeq: number;
  readonly own: OwnState | undefined;
  readonly ownSchema: ClassSchema;
  readonly gone: readonly number[];
  /** Encoded full records. */
  readonly full: readonly Uint8Array[];
  /** Encoded delta records. */
  readonly deltas: readonly Uint8Array[];
  readonly events: readonly SnapshotEvent[];
};

/** `json` is already JSON text, so that one event for many clients is encoded once. */
export type SnapshotEvent = { readonly name: string; readonly json: string };

/** Appends a whole snapshot message. */
export function writeSnapshot(writer: ByteWriter, parts: SnapshotParts): void {
  const { own, gone, full, deltas, events } = parts;
  const flags =
    (own ? OWN : 0) |
    (gone.length > 0 ? GONE : 0) |
    (full.length > 0 ? FULL : 0) |
    (deltas.length > 0 ? DELTA : 0) |
    (events.length > 0 ? EVENTS : 0);
  writer.u8(SNAPSHOT).u32(parts.tick).varint(parts.ackedSeq).u8(flags);
  if (own) writeOwn(writer, own, parts.ownSchema);
  if (gone.length > 0) {
    writer.varint(gone.length);
    for (const alias of gone) writer.u16(alias);
  }
  if (full.length > 0) {
    writer.varint(full.length);
    for (const record of full) writer.raw(record);
  }
  if (deltas.length > 0) {
    writer.u16(deltas.length);
    for (const record of deltas) writer.raw(record);
  }
  if (events.length > 0) {
    writer.varint(events.length);
    for (const event of events) writer.text(event.name).text(event.json);
  }
}

function writeOwn(writer: ByteWriter, own: OwnState, schema: ClassSchema): void {
  for (const value of own.position) writer.f64(value);
  for (const value of own.velocity) writer.f64(value);
  writer.f32(own.yaw).varint(own.componentMask);
  schema.own.forEach((slot, i) => {
    if (own.componentMask & (1 << i)) writeFields(writer, slot.component.fields, own.components(slot.name));
  });
}

/** What a decoded snapshot says about others, in the order it must be applied. */
export type DecodedFull = WireEntity & { readonly alias: number; readonly components: DecodedComponents };
export type DecodedComponents = Readonly<Record<string, ComponentValues>>;
export type DecodedDelta = {
  readonly alias: number;
  readonly dx: number;
  readonly dy: number;
  readonly dz: number;
  readonly yaw: number | undefined;
  readonly components: DecodedComponents;
};
export type DecodedSnapshot = {
  readonly tick: number;
  readonly ackedSeq: number;
  readonly own:
    | {
        readonly position: readonly [number, number, number];
        readonly velocity: readonly [number, number, number];
        readonly yaw: number;
        readonly components: DecodedComponents;
      }
    | undefined;
  readonly gone: readonly number[];
  readonly full: readonly DecodedFull[];
  readonly deltas: readonly DecodedDelta[];
  readonly events: readonly { readonly name: string; readonly data: Json }[];
};

/** Most records only move something. */
const NO_COMPONENTS: DecodedComponents = Object.freeze({});

/**
 * Decodes snapshots of one connection. Keeps which class each alias has, since delta records do not say.
 * @param ownClassIndex class of the client's own avatar, from Welcome.
 */
export class SnapshotReader {
  readonly #schema: GameSchema;
  readonly #ownClass: ClassSchema;
  readonly #classOf = new Map<number, ClassSchema>();

  constructor(schema: GameSchema, ownClassIndex: number) {
    this.#schema = schema;
    this.#ownClass = this.#class(ownClassIndex);
  }

  read(bytes: Uint8Array): Parsed<DecodedSnapshot> {
    return parseBytes(bytes, (reader) => this.#read(reader));
  }

  #read(reader: ByteReader): DecodedSnapshot {
    const type = reader.u8();
    if (type !== SNAPSHOT) throw new WireError(`message type ${type}, expected a snapshot`);
    const tick = reader.u32();
    const ackedSeq = reader.varint();
    const flags = reader.u8();
    const own = flags & OWN ? this.#readOwn(reader) : undefined;
    const gone = flags & GONE ? times(reader.varint(), () => reader.u16()) : [];
    for (const alias of gone) this.#classOf.delete(alias);
    const full = flags & FULL ? times(reader.varint(), () => this.#readFull(reader)) : [];
    const deltas = flags & DELTA ? times(reader.u16(), () => this.#readDelta(reader)) : [];
    const events = flags & EVENTS ? times(reader.varint(), () => readEvent(reader)) : [];
    return { tick, ackedSeq, own, gone, full, deltas, events };
  }

  #readOwn(reader: ByteReader): DecodedSnapshot["own"] {
    const position = [reader.f64(), reader.f64(), reader.f64()] as const;
    const velocity = [reader.f64(), reader.f64(), reader.f64()] as const;
    const yaw = reader.f32();
    const mask = reader.varint();
    const components: Record<string, ComponentValues> = {};
    this.#ownClass.own.forEach((slot, i) => {
      if (mask & (1 << i)) components[slot.name] = readFields(reader, slot.component.fields as Fields);
    });
    return { position, velocity, yaw, components };
  }

  #readFull(reader: ByteReader): DecodedFull {
    const alias = reader.u16();
    const id = reader.varint() as EntityId;
    const classIndex = reader.u8();
    const schema = this.#class(classIndex);
    const [x, y, z] = [reader.signedVarint(), reader.signedVarint(), reader.signedVarint()];
    const yaw = reader.u8();
    const components: Record<string, ComponentValues> = {};
    for (const slot of schema.near) components[slot.name] = readFields(reader, slot.component.fields);
    this.#classOf.set(alias, schema);
    return { alias, id, classIndex, x, y, z, yaw, components };
  }

  #readDelta(reader: ByteReader): DecodedDelta {
    const alias = reader.u16();
    const schema = this.#classOf.get(alias);
    if (schema === undefined) throw new WireError(`a delta for alias ${alias}, which was never introduced`);
    const mask = reader.u8();
    const dx = mask & XY ? reader.signedVarint() : 0;
    const dy = mask & XY ? reader.signedVarint() : 0;
    const dz = mask & Z ? reader.signedVarint() : 0;
    const yaw = mask & YAW ? reader.u8() : undefined;
    const components = mask & COMPONENTS ? this.#readChanged(reader, schema) : NO_COMPONENTS;
    return { alias, dx, dy, dz, yaw, components };
  }

  #readChanged(reader: ByteReader, schema: ClassSchema): DecodedComponents {
    const mask = reader.varint();
    const components: Record<string, ComponentValues> = {};
    schema.near.forEach((slot, i) => {
      if (mask & (1 << i)) components[slot.name] = readFields(reader, slot.component.fields);
    });
    return components;
  }

  #class(index: number): ClassSchema {
    const schema = this.#schema.classes[index];
    if (schema === undefined) throw new WireError(`class ${index} does not exist in this game`);
    return schema;
  }
}

function readEvent(reader: ByteReader): { name: string; data: Json } {
  const name = reader.text(64);
  const json = reader.text(MAX_EVENT_BYTES);
  try {
    return { name, data: JSON.parse(json) as Json };
  } catch {
    throw new WireError(`event ${name} is not JSON`);
  }
}

/** Reads `count` items; a hostile count ends at the first item that is not there. */
function times<T>(count: number, read: () => T): T[] {
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(read());
  return items;
}
