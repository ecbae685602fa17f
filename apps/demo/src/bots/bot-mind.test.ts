import { type EntityId, Prng } from "@ows/base";
import { expect, test } from "vitest";
import { BotMind, type Sight } from "./bot-mind.ts";

const bounds = { minX: -200, minY: -200, maxX: 200, maxY: 200 };
const slime = { ref: 9 as EntityId, position: { x: 6, y: 0, z: 0 } };

/** Lets a mind walk for `seconds` as the decisions say, five times a second. */
function live(mind: BotMind, seconds: number, prey: Sight["prey"] = []) {
  const me = { x: 0, y: 0, z: 0 };
  const seen = { hits: 0, lines: 0, farthest: 0, restingTicks: 0 };
  for (let tick = 0; tick < seconds * 5; tick++) {
    const decision = mind.decide({ me, bounds, prey, canSwing: true }, tick * 200);
    me.x += (decision.move.x / 100) * 7 * 0.2;
    me.y += (decision.move.y / 100) * 7 * 0.2;
    if (decision.hit !== undefined) seen.hits++;
    if (decision.say !== undefined) seen.lines++;
    if (decision.move.x === 0 && decision.move.y === 0) seen.restingTicks++;
    seen.farthest = Math.max(seen.farthest, Math.hypot(me.x, me.y));
    expect(Math.hypot(decision.move.x, decision.move.y)).toBeLessThanOrEqual(101);
  }
  return seen;
}

test("a bot strolls about, rests now and then, chats seldom, and stays near home", () => {
  const seen = live(new BotMind(Prng.fromSeed(1), 0), 600);
  expect(seen.farthest).toBeGreaterThan(40);
  expect(seen.farthest).toBeLessThan(100);
  expect(seen.restingTicks).toBeGreaterThan(50);
  expect(seen.lines).toBeGreaterThan(2);
  expect(seen.lines).toBeLessThan(16);
  expect(seen.hits).toBe(0);
});

test("a bot walks up to a slime nearby and hits it", () => {
  const seen = live(new BotMind(Prng.fromSeed(2), 0), 30, [slime]);
  expect(seen.hits).toBeGreaterThan(3);
});

test("the same seed behaves the same", () => {
  expect(live(new BotMind(Prng.fromSeed(3), 0), 60, [slime])).toEqual(
    live(new BotMind(Prng.fromSeed(3), 0), 60, [slime]),
  );
});
