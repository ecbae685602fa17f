import { expect, test } from "vitest";
import { Batches } from "./batches.ts";

function counting(most = 100) {
  const sent: (readonly number[])[] = [];
  let answer = Promise.withResolvers<void>();
  const batches = new Batches<number, string>(most, async (items) => {
    sent.push(items);
    await answer.promise;
    return items.map(String);
  });
  const release = () => {
    answer.resolve();
    answer = Promise.withResolvers();
    answer.resolve();
  };
  return { sent, batches, release };
}

test("what is asked in one turn goes together, and what is asked meanwhile goes next", async () => {
  const { sent, batches, release } = counting();
  const first = [batches.add(1), batches.add(2)];
  await expect.poll(() => sent.length).toBe(1);
  const later = [batches.add(3), batches.add(4), batches.add(5)];
  release();
  expect(await Promise.all([...first, ...later])).toEqual(["1", "2", "3", "4", "5"]);
  expect(sent).toEqual([
    [1, 2],
    [3, 4, 5],
  ]);
});

test("a batch has at most so many", async () => {
  const { sent, batches, release } = counting(2);
  const answers = [1, 2, 3, 4, 5].map((n) => batches.add(n));
  await expect.poll(() => sent.length).toBe(1);
  release();
  await Promise.all(answers);
  expect(sent.map((items) => items.length)).toEqual([2, 2, 1]);
});

test("what fails fails for those who asked, and those after them are answered", async () => {
  let isDown = true;
  const batches = new Batches<number, number>(1, async (items) => {
    if (isDown) throw new Error("down");
    return items;
  });
  const first = batches.add(1);
  const second = first.catch(() => {
    isDown = false;
    return batches.add(2);
  });
  await expect(first).rejects.toThrow("down");
  expect(await second).toBe(2);
});
