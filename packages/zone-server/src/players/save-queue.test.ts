import { type EntityId, FIRST_EPOCH } from "@ows/base";
import { silentLogger } from "@ows/service-kit";
import { expect, test } from "vitest";
import type { CharacterSave, LostOwnership, RefusedSave } from "../backend/characters.ts";
import { SaveQueue } from "./save-queue.ts";

const save = (characterName: string, x: number, release = false): CharacterSave => ({
  characterName,
  entityId: 1 as EntityId,
  epoch: FIRST_EPOCH,
  position: { x, y: 0, z: 0 },
  yaw: 0,
  saved: {},
  release,
});

/** A backend whose answers come when the test says so. */
function scene() {
  const requests: { saves: readonly CharacterSave[]; answer: (refused: RefusedSave[]) => void; fail: () => void }[] =
    [];
  const refused: LostOwnership[] = [];
  const queue = new SaveQueue({
    characters: {
      claim: () => Promise.reject(new Error("not in this test")),
      transferClaim: () => Promise.reject(new Error("not in this test")),
      save: (saves) =>
        new Promise((resolve, reject) => {
          requests.push({ saves, answer: resolve, fail: () => reject(new Error("down")) });
        }),
    },
    logger: silentLogger(),
    onRefused: (refusal) => refused.push(refusal),
  });
  const request = async (n: number) => {
    await expect.poll(() => requests.length, { timeout: 5_000 }).toBe(n);
    return requests[n - 1] as (typeof requests)[number];
  };
  return { queue, request, refused };
}

test("one request at a time; what comes meanwhile is saved afterwards, in its newest state", async () => {
  const { queue, request } = scene();
  queue.put(save("Ada", 1));
  const first = await request(1);
  queue.put(save("Ada", 2));
  queue.put(save("Ada", 3));
  queue.put(save("Ben", 9));
  expect(queue.size).toBe(2);
  first.answer([]);
  const second = await request(2);
  expect(second.saves.map(({ characterName, position }) => [characterName, position.x])).toEqual([
    ["Ada", 3],
    ["Ben", 9],
  ]);
  const drained = queue.drained();
  second.answer([]);
  await drained;
  expect(queue.size).toBe(0);
});

test("a failed request is repeated with the newest states, and holds one save per character", async () => {
  const { queue, request } = scene();
  queue.put(save("Ada", 1));
  queue.put(save("Ben", 1));
  const settled = queue.settled("Ada");
  const first = await request(1);
  queue.put(save("Ada", 2, true));
  first.fail();
  const second = await request(2);
  expect(new Map(second.saves.map((s) => [s.characterName, s.position.x]))).toEqual(
    new Map([
      ["Ada", 2],
      ["Ben", 1],
    ]),
  );
  second.answer([]);
  await settled;
});

test("a character is settled only when its newest save is stored", async () => {
  const { queue, request } = scene();
  let isSettled = false;
  queue.put(save("Ada", 1));
  const first = await request(1);
  void queue.settled("Ada").then(() => {
    isSettled = true;
  });
  queue.put(save("Ada", 2));
  first.answer([]);
  const second = await request(2);
  expect(isSettled).toBe(false);
  second.answer([]);
  await expect.poll(() => isSettled).toBe(true);
});

test("a refused save is reported once and not repeated", async () => {
  const { queue, request, refused } = scene();
  queue.put(save("Ada", 1));
  (await request(1)).answer([{ characterName: "Ada", reason: "older epoch" }]);
  await queue.drained();
  const { entityId, epoch } = save("Ada", 1);
  await expect.poll(() => refused).toEqual([{ characterName: "Ada", reason: "older epoch", entityId, epoch }]);
  expect(queue.size).toBe(0);
});

test("a save under way of a character that went to live elsewhere is not tried again", async () => {
  const { queue, request } = scene();
  queue.put(save("Ada", 1));
  const first = await request(1);
  queue.forget("Ada");
  const drained = queue.drained();
  first.fail();
  await drained;
  expect(queue.size).toBe(0);
  queue.put(save("Ada", 2));
  expect((await request(2)).saves.map(({ position }) => position.x)).toEqual([2]);
});
