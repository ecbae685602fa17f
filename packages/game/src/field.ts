import { type ByteReader, type ByteWriter, type EntityId, NO_ENTITY, WireError } from "@ows/base";

/** How one value is kept in memory and on the wire. Numbers outside the range are rounded and clamped, never wrapped. */
export type Field<T extends FieldValue = FieldValue> = {
  readonly kind: FieldKind;
  readonly initial: T;
  /** For text: most bytes of UTF-8. */
  readonly maxBytes?: number;
};

export type FieldKind = "u8" | "u16" | "u32" | "i8" | "i16" | "i32" | "f32" | "bool" | "ref" | "text";
export type FieldValue = number | boolean | string;

/** Fields by name, in wire order. */
export type Fields = Readonly<Record<string, Field>>;

/** The values of a set of fields: `{ x: i8, on: bool }` → `{ x: number, on: boolean }`. */
export type ValuesOf<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** Unsigned and signed integers by bits; `f32` is a single-precision float. */
export const u8: Field<number> = { kind: "u8", initial: 0 };
export const u16: Field<number> = { kind: "u16", initial: 0 };
export const u32: Field<number> = { kind: "u32", initial: 0 };
export const i8: Field<number> = { kind: "i8", initial: 0 };
export const i16: Field<number> = { kind: "i16", initial: 0 };
export const i32: Field<number> = { kind: "i32", initial: 0 };
export const f32: Field<number> = { kind: "f32", initial: 0 };
export const bool: Field<boolean> = { kind: "bool", initial: false };
/** Another entity, by id; 0 is nobody. */
export const ref: Field<EntityId> = { kind: "ref", initial: NO_ENTITY };
/** Text of at most `maxBytes` bytes of UTF-8; what is longer is cut at a character. */
export function text(maxBytes: number): Field<string> {
  return { kind: "text", initial: "", maxBytes };
}

const RANGES: Readonly<Record<"u8" | "u16" | "u32" | "i8" | "i16" | "i32", readonly [number, number]>> = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  i8: [-0x80, 0x7f],
  i16: [-0x8000, 0x7fff],
  i32: [-0x8000_0000, 0x7fff_ffff],
};

/** The value as the field can hold it. */
export function fitField(field: Field, value: FieldValue): FieldValue {
  switch (field.kind) {
    case "bool":
      return Boolean(value);
    case "text":
      return cutText(String(value), field.maxBytes ?? 0);
    case "f32":
      return Number.isFinite(Number(value)) ? Math.fround(Number(value)) : 0;
    case "ref":
      return Number.isSafeInteger(value) && Number(value) > 0 ? value : NO_ENTITY;
    default: {
      const [low, high] = RANGES[field.kind];
      const rounded = Math.round(Number(value));
      return rounded >= low ? Math.min(rounded, high) : Number.isNaN(rounded) ? 0 : low;
    }
  }
}

/** Writes a value that fits its field. */
export function writeField(writer: ByteWriter, field: Field, value: FieldValue): void {
  switch (field.kind) {
    case "u8":
    case "bool":
      writer.u8(Number(value));
      return;
    case "u16":
      writer.u16(Number(value));
      return;
    case "u32":
      writer.u32(Number(value));
      return;
    case "i8":
      writer.i8(Number(value));
      return;
    case "i16":
      writer.i16(Number(value));
      return;
    case "i32":
      writer.i32(Number(value));
      return;
    case "f32":
      writer.f32(Number(value));
      return;
    case "ref":
      writer.varint(Number(value));
      return;
    case "text":
      writer.text(String(value));
  }
}

/** Reads one value; what no honest writer produces is a `WireError`. */
export function readField(reader: ByteReader, field: Field): FieldValue {
  switch (field.kind) {
    case "u8":
      return reader.u8();
    case "bool": {
      const byte = reader.u8();
      if (byte > 1) throw new WireError(`a boolean is ${byte}, expected 0 or 1`);
      return byte === 1;
    }
    case "u16":
      return reader.u16();
    case "u32":
      return reader.u32();
    case "i8":
      return reader.i8();
    case "i16":
      return reader.i16();
    case "i32":
      return reader.i32();
    case "f32": {
      const value = reader.f32();
      if (!Number.isFinite(value)) throw new WireError("a float is not finite");
      return value;
    }
    case "ref":
      return reader.varint();
    case "text":
      return reader.text(field.maxBytes ?? 0);
  }
}

/** Writes values in the order of their fields; a missing one is written as its initial value. */
export function writeFields(writer: ByteWriter, fields: Fields, values: Readonly<Record<string, FieldValue>>): void {
  for (const name in fields) {
    const field = fields[name] as Field;
    writeField(writer, field, fitField(field, values[name] ?? field.initial));
  }
}

export function readFields(reader: ByteReader, fields: Fields): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {};
  for (const name in fields) values[name] = readField(reader, fields[name] as Field);
  return values;
}

/** "name:kind" in wire order: what two builds of a game compare. */
export function describeFields(fields: Fields): string[] {
  return Object.entries(fields).map(([name, f]) => `${name}:${f.kind}${f.maxBytes === undefined ? "" : f.maxBytes}`);
}

function cutText(value: string, maxBytes: number): string {
  // One UTF-16 unit is at most three bytes of UTF-8, so most texts need no counting.
  if (value.length * 3 <= maxBytes) return value.toWellFormed();
  let bytes = 0;
  let end = 0;
  for (const character of value.toWellFormed()) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return value.toWellFormed().slice(0, end);
}
