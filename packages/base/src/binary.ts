/** What a parser at the edge catches: bytes from outside that are not what the format says. */
export class WireError extends Error {
  override readonly name = "WireError";
}

// In every browser and in Node, but not in the ECMAScript library that pure layers are compiled with.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label: "utf-8", options: { fatal: boolean });
  decode(bytes: Uint8Array): string;
}

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder("utf-8", { fatal: true });

/** Pieces shorter than this are copied byte by byte. */
const SHORT_PIECE = 24;

/** Writes little-endian numbers, varints and text into one growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(initialBytes = 256) {
    this.#bytes = new Uint8Array(initialBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was written; keeps the memory. */
  reset(): void {
    this.#length = 0;
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length) as Uint8Array<ArrayBuffer>;
  }

  /** What was written, without copying: valid until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  u8(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  i8(value: number): this {
    return this.u8(value & 0xff);
  }

  i16(value: number): this {
    return this.u16(value & 0xffff);
  }

  i32(value: number): this {
    return this.u32(value >>> 0);
  }

  f32(value: number): this {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  f64(value: number): this {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
    return this;
  }

  /** An unsigned safe integer, seven bits a byte, low bits first: 1 to 8 bytes. */
  varint(value: number): this {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }

  /** A signed integer as a zigzag varint. */
  signedVarint(value: number): this {
    return this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Overwrites one byte written before, for counts that are known only at the end. */
  patchU8(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  patchU16(at: number, value: number): void {
    this.#view.setUint16(at, value, true);
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): this {
    const { length } = bytes;
    this.#reserve(length);
    // Most pieces are records of a few bytes, for which a loop is several times faster than `set`.
    if (length < SHORT_PIECE) for (let i = 0; i < length; i++) this.#bytes[this.#length + i] = bytes[i] as number;
    else this.#bytes.set(bytes, this.#length);
    this.#length += length;
    return this;
  }

  /** Bytes after their length as a varint. */
  bytes(bytes: Uint8Array): this {
    return this.varint(bytes.length).raw(bytes);
  }

  /** UTF-8 text after its length in bytes as a varint. */
  text(text: string): this {
    return this.bytes(utf8Encoder.encode(text));
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads what `ByteWriter` wrote. Every read past the end or of a malformed value throws `WireError`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new WireError("a varint is larger than 2^53 - 1");
      if (byte < 0x80) return value;
      scale *= 0x80;
      if (scale > 2 ** 49) throw new WireError("a varint is longer than 8 bytes");
    }
  }

  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  raw(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** @param maxBytes what the format allows here. */
  bytes(maxBytes: number): Uint8Array {
    const length = this.varint();
    if (length > maxBytes) throw new WireError(`${length} bytes where at most ${maxBytes} are allowed`);
    return this.raw(length);
  }

  text(maxBytes: number): string {
    const bytes = this.bytes(maxBytes);
    try {
      return utf8Decoder.decode(bytes);
    } catch {
      throw new WireError("text is not UTF-8");
    }
  }

  /** Refuses bytes after the end of a message. */
  end(): void {
    if (this.left > 0) throw new WireError(`${this.left} bytes after the end of the message`);
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at)
      throw new WireError(`${count} bytes expected, ${this.#bytes.length - at} left`);
    this.#at = at + count;
    return at;
  }
}

/** Runs a parser on bytes from outside: its value, or the reason why the bytes are not a message. */
export function parseBytes<T>(bytes: Uint8Array, parse: (reader: ByteReader) => T): Parsed<T> {
  try {
    const reader = new ByteReader(bytes);
    const value = parse(reader);
    reader.end();
    return { ok: true, value };
  } catch (error) {
    if (error instanceof WireError) return { ok: false, reason: error.message };
    throw error;
  }
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };
