import { type ByteReader, ByteWriter, parseBytes, WireError } from "./binary.ts";

/*
 * The difference between two byte strings whose parts mostly stay where they are: varint length of the result, then
 * pieces until the end, each a varint count of bytes that stay and a text of varint length that replaces as many.
 */

/** Fewer equal bytes than this between two changed places cost less told than skipped. */
const SHORTEST_SKIP = 3;

/** What turns `before` into `after`. */
export function diffBytes(before: Uint8Array, after: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(64).varint(after.length);
  let written = 0;
  let at = 0;
  while (at < after.length) {
    if (before[at] === after[at]) {
      at++;
      continue;
    }
    const end = endOfChange(before, after, at);
    writer.varint(at - written).bytes(after.subarray(at, end));
    written = end;
    at = end;
  }
  return writer.finish();
}

/** `after` again, or `undefined` when `delta` is no difference from `before`. Answers at most `maxBytes`. */
export function patchBytes(
  before: Uint8Array,
  delta: Uint8Array,
  maxBytes: number,
): Uint8Array<ArrayBuffer> | undefined {
  const parsed = parseBytes(delta, (reader) => patched(before, reader, maxBytes));
  return parsed.ok ? parsed.value : undefined;
}

function endOfChange(before: Uint8Array, after: Uint8Array, from: number): number {
  let end = from + 1;
  for (let at = end; at < after.length && at - end < SHORTEST_SKIP; at++) {
    if (before[at] !== after[at]) end = at + 1;
  }
  return end;
}

function patched(before: Uint8Array, reader: ByteReader, maxBytes: number): Uint8Array<ArrayBuffer> {
  const length = reader.varint();
  if (length > maxBytes) throw new WireError(`a result of ${length} bytes, at most ${maxBytes} are allowed`);
  const after = new Uint8Array(length);
  after.set(before.subarray(0, length));
  let known = Math.min(before.length, length);
  let at = 0;
  while (reader.left > 0) {
    at += reader.varint();
    const piece = reader.bytes(length);
    // What is skipped must be known: bytes beyond the end of `before` are all told.
    if (at > known || at + piece.length > length) throw new WireError("a piece beyond what it builds on");
    after.set(piece, at);
    at += piece.length;
    known = Math.max(known, at);
  }
  if (known < length) throw new WireError("the end is missing");
  return after;
}
