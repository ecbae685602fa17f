import type { EntityId } from "@ows/base";
import { component, defineClass, defineGame, i8, u16 } from "@ows/game";
import { type DecodedSnapshot, type Input, schemaOf } from "@ows/protocol/game";
import { expect, test } from "vitest";
import { OwnAvatar } from "./prediction.ts";

const Health = component({ now: u16 });
const Walker = defineClass("Walker", { components: { Health }, maxSpeed: 12 });
const bounds = { minX: -50, minY: -50, maxX: 50, maxY: 50 };
const game = defineGame({
  tickHz: 20,
  viewRadius: 50,
  classes: [Walker],
  player: Walker,
  zones: { default: { bounds } },
  inputs: { move: { x: i8, y: i8 }, hit: {} },
  join: (_player, ctx) => ctx.spawn(Walker, { at: { x: 0, y: 0, z: 0 } }),
  predict: {
    move(me, { x, y }, dt) {
      me.velocity.set(x, y).clampLength(1).scale(6);
      me.position.addScaled(me.velocity, dt);
    },
  },
});
const right: Input = { kind: 0, values: { x: 1, y: 0 } };
const hit: Input = { kind: 1, values: {} };

function avatarAt(x: number): OwnAvatar<{ Health: typeof Health }, typeof game.definition.inputs> {
  const avatar = new OwnAvatar({ game, schema: schemaOf(game), id: 7 as EntityId, classIndex: 0, bounds });
  avatar.correct(serverSays(x, { Health: { now: 100 } }), [], 0);
  return avatar;
}

function serverSays(x: number, components: NonNullable<DecodedSnapshot["own"]>["components"] = {}) {
  return { position: [x, 0, 0], velocity: [0, 0, 0], yaw: 0, components } as const;
}

test("an input moves the avatar at once, and the server's confirmation changes nothing", () => {
  const avatar = avatarAt(0);
  avatar.beginTick();
  avatar.predict(right);
  expect(avatar.entity.position.x).toBeCloseTo(0.3);
  avatar.correct(serverSays(0.3), [], 30);
  expect(avatar.entity.position.x).toBeCloseTo(0.3);
  expect(avatar.lastCorrectionMetres).toBeCloseTo(0);
});

test("inputs that the server has not applied are replayed on its state", () => {
  const avatar = avatarAt(0);
  for (let i = 0; i < 5; i++) avatar.predict(right);
  // Two of the five are applied; the others wait, with something that is not predicted between them.
  avatar.correct(serverSays(0.6), [right, hit, right, right], 100);
  expect(avatar.entity.position.x).toBeCloseTo(1.5);
  expect(avatar.lastCorrectionMetres).toBeCloseTo(0);
});

test("the shown place runs evenly through a tick, and on through a confirmation in the middle of it", () => {
  const avatar = avatarAt(0);
  avatar.beginTick();
  avatar.predict(right);
  expect(avatar.shownAt(0, 0).x).toBeCloseTo(0);
  expect(avatar.shownAt(10, 0.5).x).toBeCloseTo(0.15);
  avatar.correct(serverSays(0.3), [], 10);
  expect(avatar.shownAt(10, 0.5).x).toBeCloseTo(0.15);
  expect(avatar.shownAt(20, 1).x).toBeCloseTo(0.3);
});

test("a correction is hidden at first and gone after a tenth of a second, while prediction is right at once", () => {
  const avatar = avatarAt(0);
  avatar.beginTick();
  avatar.correct(serverSays(1), [], 1000);
  expect(avatar.entity.position.x).toBe(1);
  expect(avatar.shownAt(1000, 1).x).toBeCloseTo(0);
  expect(avatar.shownAt(1100, 1).x).toBeCloseTo(0.9);
  expect(avatar.shownAt(1400, 1).x).toBeCloseTo(1, 2);
});

test("a teleport is shown at once", () => {
  const avatar = avatarAt(0);
  avatar.correct(serverSays(30), [], 1000);
  expect(avatar.shownAt(1000, 0).x).toBe(30);
});

test("prediction stops where the server does: at the edge of the zone", () => {
  const avatar = avatarAt(49.9);
  avatar.predict(right);
  expect(avatar.entity.position.x).toBe(50);
});

test("components come from the server; a snapshot without own state replays on the last one", () => {
  const avatar = avatarAt(0);
  avatar.correct(serverSays(0.3, { Health: { now: 40 } }), [], 10);
  expect(avatar.seen.get(Health)?.now).toBe(40);
  avatar.correct(undefined, [right], 60);
  expect(avatar.entity.position.x).toBeCloseTo(0.6);
  expect(avatar.entity.Health.now).toBe(40);
});
