import { expect, test } from "vitest";
import { Turnstile } from "./turnstile.ts";

test("holders take turns in the order in which they came", async () => {
  const turnstile = new Turnstile(10);
  const order: number[] = [];
  const visit = async (who: number) => {
    await turnstile.enter();
    order.push(who);
    await Promise.resolve();
    order.push(who);
    turnstile.leave();
  };
  await Promise.all([1, 2, 3].map(visit));
  expect(order).toEqual([1, 1, 2, 2, 3, 3]);
});

test("who finds the queue full is turned away, and the next one after a turn is not", async () => {
  const turnstile = new Turnstile(1);
  await turnstile.enter();
  const second = turnstile.enter();
  await expect(turnstile.enter()).rejects.toMatchObject({ code: "overloaded" });
  turnstile.leave();
  await second;
  const third = turnstile.enter();
  turnstile.leave();
  await third;
});

test("the last one waits behind all others, even when the queue is full, and nobody follows", async () => {
  const turnstile = new Turnstile(1);
  const order: string[] = [];
  await turnstile.enter();
  const second = turnstile.enter().then(() => order.push("second"));
  const last = turnstile.enterLast().then(() => order.push("last"));
  await expect(turnstile.enter()).rejects.toMatchObject({ code: "closed" });
  turnstile.leave();
  await second;
  expect(order).toEqual(["second"]);
  turnstile.leave();
  await last;
  expect(order).toEqual(["second", "last"]);
});
