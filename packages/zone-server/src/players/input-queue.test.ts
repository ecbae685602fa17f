import type { Input } from "@ows/protocol/game";
import fc from "fast-check";
import { expect, test } from "vitest";
import { InputQueue } from "./input-queue.ts";

const MOVE = 0;
const SAY = 1;
const input = (kind: number, n: number): Input => ({ kind, values: { n } });

test("whatever is sent again, each input is applied at most once and in order, and the queue stays bounded", () => {
  const message = fc.record({ first: fc.integer({ min: 1, max: 120 }), count: fc.integer({ min: 0, max: 64 }) });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
      const queue = new InputQueue([true, false]);
      const applied: number[] = [];
      for (const { first, count } of messages) {
        queue.add(
          first,
          Array.from({ length: count }, (_, i) => input(SAY, first + i)),
        );
        expect(queue.length).toBeLessThanOrEqual(64);
        queue.apply(({ values }) => applied.push(values.n as number));
        expect(queue.lastApplied).toBeGreaterThanOrEqual(applied.at(-1) ?? 0);
      }
      expect(applied).toEqual([...new Set(applied)].sort((a, b) => a - b));
    }),
  );
});

test("moving is paid for: over time one move a tick, with a little to make up for", () => {
  const queue = new InputQueue([true, false]);
  let seq = 1;
  let moved = 0;
  for (let tick = 0; tick < 200; tick++) {
    const inputs = Array.from({ length: 3 }, () => input(MOVE, seq));
    queue.add(seq, inputs);
    seq += inputs.length;
    queue.apply(() => moved++);
  }
  expect(moved).toBeLessThanOrEqual(200 + 12);
  expect(queue.refused).toBeGreaterThan(100);
});

test("what moves nobody needs no credit, but keeps its place in the order", () => {
  const queue = new InputQueue([true, false]);
  const order: number[] = [];
  queue.add(1, [...Array.from({ length: 20 }, (_, i) => input(MOVE, i)), input(SAY, 99)]);
  for (let tick = 0; tick < 30; tick++) queue.apply(({ values }) => order.push(values.n as number));
  expect(order.at(-1)).toBe(99);
  expect(order).toHaveLength(21);
});

test("a client that takes over sends again what the former had waiting", () => {
  const queue = new InputQueue([false]);
  queue.add(
    1,
    Array.from({ length: 6 }, (_, i) => input(0, i + 1)),
  );
  queue.apply(() => {});
  queue.forgetWaiting();
  expect(queue.lastApplied).toBe(4);
  const applied: number[] = [];
  queue.add(5, [input(0, 5), input(0, 6)]);
  queue.apply(({ values }) => applied.push(values.n as number));
  expect(applied).toEqual([5, 6]);
});
