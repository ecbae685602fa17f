import { type ByteReader, type ByteWriter, type EntityId, type Epoch, parseBytes, WireError } from "@ows/base";
import { readFields } from "@ows/game";
import type { ClassSchema, GameSchema } from "../game/schema.ts";
import {
  type ComponentValues,
  type WireDelta,
  type WireEntity,
  writeDeltaRecord,
  writeFullRecord,
} from "../game/snapshot.ts";

/*
 * What one zone server tells another about its entities near the border, at most once a tick, in the bulk lane:
 *
 *   u8 1, u32 tick, u8 flags
 *   (RESET: this is all there is; what was told before is forgotten)
 *   GONE     varint count, u16 alias each
 *   HANDED   varint count, (u16 alias, varint new owner) each
 *   APPEAR   varint count, (varint epoch term, varint epoch count, text character of a player's avatar or nothing,
 *            full record as in a client's snapshot) each
 *   UPDATE   varint count, delta records as in a client's snapshot
 *
 * `alias` is the entity's slot on its owner. The sections are applied in this order: a slot that is used again goes and
 * appears in one batch. Numbers are those that clients get: quantised once, by the owner.
 */
export const GHOST_BATCH = 1;

const RESET = 1;
const GONE = 2;
const HANDED = 4;
const APPEAR = 8;
const UPDATE = 16;

const XY = 1;
const Z = 2;
const YAW = 4;
const COMPONENTS = 8;

const MAX_CHARACTER_BYTES = 256;

type ValuesOf = (name: string) => ComponentValues;

export type GhostName = {
  readonly alias: number;
  readonly epoch: Epoch;
  /** Empty unless it is a player's avatar. */
  readonly character: string;
};

/** Appends one record of the APPEAR section. */
export function writeGhostAppear(
  writer: ByteWriter,
  { alias, epoch, character }: GhostName,
  entity: WireEntity,
  schema: ClassSchema,
  components: ValuesOf,
): void {
  writer.varint(epoch.term).varint(epoch.count).text(character);
  writeFullRecord(writer, alias, entity, schema, components);
}

/** Appends one record of the UPDATE section: nothing, and `false`, when nothing changed. */
export function writeGhostUpdate(
  writer: ByteWriter,
  alias: number,
  delta: WireDelta,
  schema: ClassSchema,
  components: ValuesOf,
): boolean {
  return writeDeltaRecord(writer, alias, delta, schema, components);
}

export type HandedGhost = { readonly alias: number; readonly to: number };

export type GhostBatchParts = {
  readonly tick: number;
  readonly isReset: boolean;
  readonly gone: readonly number[] | Uint16Array;
  readonly handed: readonly HandedGhost[];
  readonly appearCount: number;
  /** Records of `writeGhostAppear`, one after the other. */
  readonly appears: Uint8Array;
  readonly updateCount: number;
  /** Records of `writeGhostUpdate`, one after the other. */
  readonly updates: Uint8Array;
};

/** Appends a whole batch. */
export function writeGhostBatch(writer: ByteWriter, parts: GhostBatchParts): void {
  const { gone, handed, appearCount, updateCount } = parts;
  const flags =
    (parts.isReset ? RESET : 0) |
    (gone.length > 0 ? GONE : 0) |
    (handed.length > 0 ? HANDED : 0) |
    (appearCount > 0 ? APPEAR : 0) |
    (updateCount > 0 ? UPDATE : 0);
  writer.u8(GHOST_BATCH).u32(parts.tick).u8(flags);
  if (gone.length > 0) {
    writer.varint(gone.length);
    for (const alias of gone) writer.u16(alias);
  }
  if (handed.length > 0) {
    writer.varint(handed.length);
    for (const { alias, to } of handed) writer.u16(alias).varint(to);
  }
  if (appearCount > 0) writer.varint(appearCount).raw(parts.appears);
  if (updateCount > 0) writer.varint(updateCount).raw(parts.updates);
}

/** Values of changed components, with the name each has in the entity's class. */
export type GhostComponents = readonly (readonly [name: string, values: ComponentValues])[];

export type GhostAppear = WireEntity & GhostName & { readonly components: GhostComponents };

export type GhostUpdate = {
  readonly alias: number;
  readonly dx: number;
  readonly dy: number;
  readonly dz: number;
  /** The new heading in wire steps, -1 when it did not change. */
  readonly yaw: number;
  readonly components: GhostComponents;
};

export type GhostBatch = {
  readonly tick: number;
  readonly isReset: boolean;
  readonly gone: readonly number[];
  readonly handed: readonly HandedGhost[];
  readonly appears: readonly GhostAppear[];
  readonly updates: readonly GhostUpdate[];
};

const NO_COMPONENTS: GhostComponents = [];

/** Decodes the batches of one connection, in order. Keeps which class each alias has, since updates do not say. */
export class GhostBatchReader {
  readonly #schema: GameSchema;
  readonly #classOf = new Map<number, ClassSchema>();

  constructor(schema: GameSchema) {
    this.#schema = schema;
  }

  /** A batch, or why these bytes are none: then nothing later of this connection can be understood either. */
  read(bytes: Uint8Array): ReturnType<typeof parseBytes<GhostBatch>> {
    return parseBytes(bytes, (reader) => this.#read(reader));
  }

  #read(reader: ByteReader): GhostBatch {
    const type = reader.u8();
    if (type !== GHOST_BATCH) throw new WireError(`bulk message type ${type}, expected a ghost batch`);
    const tick = reader.u32();
    const flags = reader.u8();
    if (flags > (RESET | GONE | HANDED | APPEAR | UPDATE)) throw new WireError(`ghost batch flags ${flags}`);
    const isReset = (flags & RESET) !== 0;
    if (isReset) this.#classOf.clear();
    const gone = flags & GONE ? times(reader, () => reader.u16()) : [];
    const handed = flags & HANDED ? times(reader, () => ({ alias: reader.u16(), to: reader.varint() })) : [];
    for (const alias of gone) this.#forget(alias);
    for (const { alias } of handed) this.#forget(alias);
    const appears = flags & APPEAR ? times(reader, () => this.#readAppear(reader)) : [];
    const updates = flags & UPDATE ? times(reader, () => this.#readUpdate(reader)) : [];
    return { tick, isReset, gone, handed, appears, updates };
  }

  #forget(alias: number): void {
    if (!this.#classOf.delete(alias)) throw new WireError(`alias ${alias} goes, which was never introduced`);
  }

  #readAppear(reader: ByteReader): GhostAppear {
    const epoch = { term: reader.varint(), count: reader.varint() };
    const character = reader.text(MAX_CHARACTER_BYTES);
    const alias = reader.u16();
    const id = reader.varint() as EntityId;
    const classIndex = reader.u8();
    const schema = this.#schema.classes[classIndex];
    if (schema === undefined) throw new WireError(`class ${classIndex} does not exist in this game`);
    if (this.#classOf.has(alias)) throw new WireError(`alias ${alias} is introduced twice`);
    this.#classOf.set(alias, schema);
    const [x, y, z] = [reader.signedVarint(), reader.signedVarint(), reader.signedVarint()];
    const yaw = reader.u8();
    const components = schema.near.map((slot) => [slot.name, readFields(reader, slot.component.fields)] as const);
    return { alias, epoch, character, id, classIndex, x, y, z, yaw, components };
  }

  #readUpdate(reader: ByteReader): GhostUpdate {
    const alias = reader.u16();
    const schema = this.#classOf.get(alias);
    if (schema === undefined) throw new WireError(`an update of alias ${alias}, which was never introduced`);
    const mask = reader.u8();
    const dx = mask & XY ? reader.signedVarint() : 0;
    const dy = mask & XY ? reader.signedVarint() : 0;
    const dz = mask & Z ? reader.signedVarint() : 0;
    const yaw = mask & YAW ? reader.u8() : -1;
    const components = mask & COMPONENTS ? readChanged(reader, schema) : NO_COMPONENTS;
    return { alias, dx, dy, dz, yaw, components };
  }
}

function readChanged(reader: ByteReader, schema: ClassSchema): GhostComponents {
  const mask = reader.varint();
  const changed: [string, ComponentValues][] = [];
  for (let i = 0; i < schema.near.length; i++) {
    const slot = schema.near[i];
    if (slot !== undefined && mask & (1 << i)) changed.push([slot.name, readFields(reader, slot.component.fields)]);
  }
  return changed;
}

/** Reads a count and as many items; a wrong count ends at the first item that is not there. */
function times<T>(reader: ByteReader, read: () => T): T[] {
  const items: T[] = [];
  for (let left = reader.varint(); left > 0; left--) items.push(read());
  return items;
}
