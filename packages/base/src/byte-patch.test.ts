import fc from "fast-check";
import { expect, test } from "vitest";
import { diffBytes, patchBytes } from "./byte-patch.ts";

const bytes = fc.uint8Array({ maxLength: 200 });

test("a difference brings back what it was made from", () => {
  fc.assert(
    fc.property(bytes, bytes, (before, after) => {
      expect(patchBytes(before, diffBytes(before, after), 200)).toEqual(after);
    }),
  );
});

test("of a long state with few changes, little is told", () => {
  const before = Uint8Array.from({ length: 2_000 }, (_, i) => i);
  const after = before.slice();
  for (const at of [10, 12, 700, 1_999]) after[at] = 1;
  expect(diffBytes(before, after).length).toBeLessThan(20);
  expect(diffBytes(before, before).length).toBe(2);
});

test("bytes that are no difference are refused, whatever they are", () => {
  fc.assert(
    fc.property(bytes, bytes, (before, delta) => {
      expect(patchBytes(before, delta, 64)?.length ?? 0).toBeLessThanOrEqual(64);
    }),
  );
  const delta = diffBytes(Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 9));
  expect(patchBytes(Uint8Array.of(1), delta, 64)).toBeUndefined();
  expect(patchBytes(Uint8Array.of(1, 2, 3, 4), delta, 3)).toBeUndefined();
  expect(patchBytes(Uint8Array.of(1, 2, 3, 4), delta, 4)).toEqual(Uint8Array.of(1, 2, 3, 9));
});
