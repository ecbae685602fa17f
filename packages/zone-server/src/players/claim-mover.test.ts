import type { EntityId } from "@ows/base";
import { silentLogger } from "@ows/service-kit";
import { expect, test } from "vitest";
import type { ClaimTransfer, LostOwnership, TransferAnswer } from "../backend/characters.ts";
import { ClaimMover } from "./claim-mover.ts";

const transfer = (characterName: string, count: number): ClaimTransfer => ({
  characterName,
  entityId: 1 as EntityId,
  epoch: { term: 1, count },
});

/** A backend whose answers come when the test says so. */
function scene() {
  const asked: { transfer: ClaimTransfer; answer: (answer: TransferAnswer) => void; fail: () => void }[] = [];
  const refused: LostOwnership[] = [];
  const claims = new ClaimMover({
    characters: {
      claim: () => Promise.reject(new Error("not in this test")),
      save: () => Promise.reject(new Error("not in this test")),
      transferClaim: (given) =>
        new Promise((resolve, reject) => {
          asked.push({ transfer: given, answer: resolve, fail: () => reject(new Error("down")) });
        }),
    },
    logger: silentLogger(),
    onRefused: (refusal) => refused.push(refusal),
  });
  const request = async (n: number) => {
    await expect.poll(() => asked.length, { timeout: 5_000 }).toBe(n);
    return asked[n - 1] as (typeof asked)[number];
  };
  return { claims, refused, request };
}

test("what waits for a claim runs when the claim is here, and at once when nothing moves", async () => {
  const { claims, request } = scene();
  const ran: string[] = [];
  claims.whenHeld("Ada", () => ran.push("before"));
  expect(ran).toEqual(["before"]);
  claims.move(transfer("Ada", 2));
  claims.whenHeld("Ada", () => ran.push("after"));
  expect(claims.isMoving("Ada")).toBe(true);
  (await request(1)).answer({ ok: true, character: undefined });
  await claims.drained();
  expect(ran).toEqual(["before", "after"]);
  expect(claims.isMoving("Ada")).toBe(false);
});

test("a transfer that fails is tried again, with the newest ownership", async () => {
  const { claims, request } = scene();
  claims.move(transfer("Ada", 2));
  const first = await request(1);
  claims.move(transfer("Ada", 4));
  first.fail();
  const second = await request(2);
  expect(second.transfer.epoch.count).toBe(4);
  second.answer({ ok: true, character: undefined });
  await claims.drained();
  expect(claims.size).toBe(0);
});

test("an answer about an older ownership settles nothing", async () => {
  const { claims, refused, request } = scene();
  claims.move(transfer("Ada", 2));
  const first = await request(1);
  claims.move(transfer("Ada", 4));
  first.answer({ ok: false, reason: "older" });
  const second = await request(2);
  expect(claims.isMoving("Ada")).toBe(true);
  second.answer({ ok: true, character: undefined });
  await claims.drained();
  expect(refused).toEqual([]);
});

test("a refusal is told once, and what waited is not held up", async () => {
  const { claims, refused, request } = scene();
  claims.move(transfer("Ada", 2));
  const settled = claims.settled("Ada");
  (await request(1)).answer({ ok: false, reason: "a newer ownership holds it" });
  await settled;
  expect(refused).toMatchObject([{ characterName: "Ada", reason: "a newer ownership holds it", entityId: 1 }]);
});
