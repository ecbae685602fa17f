import fc from "fast-check";
import { expect, test } from "vitest";
import { BoundedQueue, ByteReader, ByteWriter, type EntityId, IdSource, Prng, parseBytes } from "./index.ts";

test("every number the writer takes comes back from the reader", () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.string(),
      fc.integer({ min: -32768, max: 32767 }),
      (big, signed, real, text, small) => {
        const bytes = new ByteWriter(1).varint(big).signedVarint(signed).f64(real).text(text).i16(small).finish();
        const read = parseBytes(bytes, (r) => [r.varint(), r.signedVarint(), r.f64(), r.text(4096), r.i16()]);
        expect(read).toEqual({ ok: true, value: [big, signed, real, text.toWellFormed(), small] });
      },
    ),
  );
});

test("a reader refuses what ends too early, goes on too long or is not UTF-8", () => {
  expect(parseBytes(new Uint8Array([1]), (r) => r.u16())).toEqual({ ok: false, reason: "2 bytes expected, 1 left" });
  expect(parseBytes(new Uint8Array([1, 2]), (r) => r.u8())).toMatchObject({ ok: false });
  expect(parseBytes(new Uint8Array([2, 0xff, 0xff]), (r) => r.text(9))).toMatchObject({ reason: "text is not UTF-8" });
  expect(parseBytes(new Uint8Array(12).fill(0xff), (r) => r.varint())).toMatchObject({ ok: false });
  expect(parseBytes(new Uint8Array([9, 0]), (r) => r.bytes(8))).toMatchObject({
    reason: "9 bytes where at most 8 are allowed",
  });
});

test("a reader never throws anything but a refusal on random bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      parseBytes(bytes, (r) => [r.varint(), r.text(16), r.f32(), r.signedVarint()]);
      expect(new ByteReader(bytes).left).toBe(bytes.length);
    }),
  );
});

test("the generator repeats itself from its seed and from its state", () => {
  const one = Prng.fromSeed("meadow");
  const two = Prng.fromSeed("meadow");
  expect([one.u32(), one.u32(), one.u32()]).toEqual([two.u32(), two.u32(), two.u32()]);
  const copy = Prng.fromState(one.state());
  expect([copy.float(), copy.int(1, 6)]).toEqual([one.float(), one.int(1, 6)]);
});

test("the generator is spread evenly enough for dice", () => {
  const prng = Prng.fromSeed(7);
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 60_000; i++) counts[prng.int(0, 5)]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test("ids come from granted blocks in order and never twice", () => {
  const ids = new IdSource();
  expect(ids.next()).toBeUndefined();
  ids.grant({ first: 100, size: 2 });
  ids.grant({ first: 500, size: 1 });
  expect([ids.next(), ids.next(), ids.next(), ids.next()]).toEqual([100, 101, 500, undefined] as EntityId[]);
  ids.grant({ first: 7, size: 3 });
  expect(() => ids.grant({ first: 9, size: 3 })).toThrow("overlaps");
});

test("a bounded queue keeps order and says when it is full", () => {
  const queue = new BoundedQueue<number>(3);
  expect([queue.push(1), queue.push(2), queue.push(3), queue.push(4)]).toEqual([true, true, true, false]);
  expect([queue.shift(), queue.push(5), queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([
    1,
    true,
    2,
    3,
    5,
    undefined,
  ]);
});
