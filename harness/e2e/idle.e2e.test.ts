import { callEndpoint, management } from "@ows/protocol/http";
import { expect, test } from "vitest";
import { processesMentioning } from "../dev-stack/processes.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { Account } from "../game-client/account.ts";
import { enterZone } from "../game-client/enter-zone.ts";
import { distance, walk } from "../game-client/walk.ts";

/** Of Cellar as it is planted, which is the shortest time that a row can say. */
const EMPTY_FOR_MS = 60_000;

test("slow, over a minute: Cellar stops a minute after its last player left, and the next join starts it anew", async () => {
  await using dev = await startDev({ portBase: 6300 });
  const hero = await Account.create(dev, "Sisyphus");
  const first = await enterZone(hero, "Cellar");
  const { zoneInstanceId } = first.welcome;
  await walk(first.client, 6, 60, 60);
  const place = first.client.own?.position ?? [];
  const cellar = () => processesMentioning(`-zoneinstanceid=${zoneInstanceId}`).filter(isOf(dev));
  expect(cellar()).toHaveLength(1);
  expect(await cellars(dev)).toMatchObject([{ state: "ready", zoneInstanceId }]);
  await first.client.leave();
  const emptyAtMs = performance.now();

  await waitUntil("it is gone", async () => (await cellars(dev)).length === 0, EMPTY_FOR_MS + 15_000);
  expect(performance.now() - emptyAtMs).toBeGreaterThan(EMPTY_FOR_MS - 2_000);
  await waitUntil("its process is gone", () => cellar().length === 0);

  const second = await enterZone(hero);
  expect(second.welcome).toMatchObject({ zoneName: "Cellar" });
  expect(second.welcome.zoneInstanceId).not.toBe(zoneInstanceId);
  expect(distance(second.client.own?.position ?? [], place)).toBeLessThan(0.01);
  expect(await cellars(dev)).toMatchObject([{ state: "ready", zoneInstanceId: second.welcome.zoneInstanceId }]);
  await second.client.leave();
});

/** Instances of Cellar that run or are about to; those that ended are shown for a while. */
async function cellars({ management: baseUrl, customerGuid }: DevStack) {
  const { instances } = await callEndpoint(management.overview, { baseUrl, customerGuid });
  return instances.filter(({ zoneName, state }) => zoneName === "Cellar" && state !== "gone");
}

/** Zone servers of other stacks may have the same number. */
function isOf({ portBase }: DevStack) {
  return ({ command }: { command: string }) => {
    const port = Number(/-port=(\d+)/.exec(command)?.[1]);
    return port >= portBase && port < portBase + 100;
  };
}
