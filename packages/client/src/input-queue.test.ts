import { expect, test } from "vitest";
import { INPUT_CAPACITY, InputQueue } from "./input-queue.ts";

const step = { kind: 0, values: {} };

function queueWith(count: number): InputQueue {
  const queue = new InputQueue();
  for (let i = 0; i < count; i++) queue.push(step);
  return queue;
}

const numbers = (inputs: readonly { seq: number }[]) => inputs.map((input) => input.seq);

test("inputs are numbered without gaps and sent once per link", () => {
  const queue = queueWith(3);
  expect(numbers(queue.takeUnsent(64))).toEqual([1, 2, 3]);
  expect(queue.takeUnsent(64)).toEqual([]);
  queue.push(step);
  expect(numbers(queue.takeUnsent(64))).toEqual([4]);
});

test("what was not acknowledged is sent again on the next link, what the server has is not", () => {
  const queue = queueWith(5);
  queue.takeUnsent(64);
  queue.acknowledge(2);
  expect(queue.reattach(3)).toBe(0);
  expect(numbers(queue.takeUnsent(64))).toEqual([4, 5]);
});

test("numbers go on after those that another client of the avatar has used", () => {
  const queue = queueWith(2);
  queue.reattach(40);
  expect(queue.pending).toEqual([]);
  expect(queue.push(step)?.seq).toBe(41);
});

test("a server that knows less than it had acknowledged gets no old inputs under new numbers", () => {
  const queue = queueWith(9);
  queue.acknowledge(7);
  expect(queue.reattach(4)).toBe(2);
  expect(queue.pending).toEqual([]);
  expect(queue.push(step)?.seq).toBe(5);
});

test("another avatar starts with its own numbers, and what was pending is counted as lost", () => {
  const queue = queueWith(3);
  expect(queue.restart(100)).toBe(3);
  expect(queue.push(step)?.seq).toBe(101);
});

test("too many waiting inputs are refused without using up a number", () => {
  const queue = queueWith(INPUT_CAPACITY);
  expect(queue.push(step)).toBeUndefined();
  queue.acknowledge(1);
  expect(queue.push(step)?.seq).toBe(INPUT_CAPACITY + 1);
});

test("no more is in flight than a server keeps waiting", () => {
  const queue = queueWith(INPUT_CAPACITY);
  expect(queue.takeUnsent(64)).toHaveLength(48);
  expect(queue.takeUnsent(64)).toEqual([]);
  queue.acknowledge(10);
  expect(numbers(queue.takeUnsent(64))).toEqual([49, 50, 51, 52, 53, 54, 55, 56, 57, 58]);
});

test("the newest number that the server has applied is known, whatever waits and whoever has played before", () => {
  const queue = queueWith(5);
  expect(queue.acknowledged).toBe(0);
  queue.acknowledge(3);
  expect(queue.acknowledged).toBe(3);
  queue.reattach(40);
  queue.push(step);
  expect(queue.acknowledged).toBe(40);
});
