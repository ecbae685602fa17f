import { expect, test } from "vitest";
import { GatheredWrites } from "./gathered-writes.ts";

function gathered() {
  const written: number[][] = [];
  return { written, writes: new GatheredWrites((bytes) => written.push([...bytes])) };
}

test("what is written in one turn goes out at its end, in order, as one write", async () => {
  const { written, writes } = gathered();
  writes.add(Uint8Array.of(1, 2));
  writes.add(Uint8Array.of(3));
  expect(written).toEqual([]);
  expect(writes.waitingBytes).toBe(3);
  await Promise.resolve();
  expect(written).toEqual([[1, 2, 3]]);
  expect(writes.waitingBytes).toBe(0);
  writes.add(Uint8Array.of(4));
  await Promise.resolve();
  expect(written).toEqual([[1, 2, 3], [4]]);
});

test("a flush writes what waits and leaves nothing for the end of the turn", async () => {
  const { written, writes } = gathered();
  writes.add(Uint8Array.of(1));
  writes.flush();
  writes.flush();
  expect(written).toEqual([[1]]);
  writes.add(Uint8Array.of(2));
  await Promise.resolve();
  expect(written).toEqual([[1], [2]]);
});
