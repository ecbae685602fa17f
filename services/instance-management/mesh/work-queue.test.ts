import { expect, test, vi } from "vitest";
import { WorkQueue } from "./work-queue.ts";

test("what fails is done again before anything after it", async () => {
  const done: string[] = [];
  const errors: unknown[] = [];
  using queue = new WorkQueue((error) => errors.push(error));
  const broken = new Error("the store does not answer");
  const write = vi.fn(async () => void done.push("written")).mockRejectedValueOnce(broken);
  queue.add(write);
  queue.add(async () => void done.push("told"));
  await queue.drained();
  expect(done).toEqual(["written", "told"]);
  expect(errors).toEqual([broken]);
});

test("a queue that is given up does nothing more, and keeps nobody waiting", async () => {
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const queue = new WorkQueue(() => {});
  queue.add(() => gate.promise);
  queue.add(async () => void done.push("late"));
  const drained = queue.drained();
  queue[Symbol.dispose]();
  await drained;
  gate.resolve();
  await queue.drained();
  expect(done).toEqual([]);
});
