import game from "@ows/demo/game";
import { schemaOf } from "@ows/protocol/game";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { Account } from "../game-client/account.ts";
import { RawGameClient } from "../game-client/raw-client.ts";

const PLAYERS = 100;
let dev: DevStack;
let accounts: Account[];

beforeAll(async () => {
  dev = await startDev({ portBase: 5200 });
  accounts = [];
  // Hashing passwords is the slow part and not what is tested: a few at a time.
  for (let i = 0; i < PLAYERS; i += 4) {
    const names = Array.from({ length: 4 }, (_, k) => `Crowd${String(i + k).padStart(3, "0")}`);
    accounts.push(...(await Promise.all(names.map((name) => Account.create(dev, name)))));
  }
}, 120_000);
afterAll(async () => {
  await dev?.[Symbol.asyncDispose]();
});

test("100 players who join cold Cellar at once fill one instance to its soft cap and start just one more", async () => {
  const answers = await Promise.all(accounts.map((account) => account.join("Cellar")));
  expect(answers.filter((a) => !a.success).map((a) => a.errorMessage)).toEqual([]);
  expect(sizes(answers.map((a) => a.mapInstanceID))).toEqual([60, 40]);

  const clients = await Promise.all(
    answers.map(async ({ url, ticket }) => {
      const client = new RawGameClient(url ?? "", schemaOf(game));
      const welcome = await client.attach("ticket", ticket ?? "");
      return { client, welcome };
    }),
  );
  expect(clients.map(({ welcome }) => welcome.zoneName)).toEqual(Array(PLAYERS).fill("Cellar"));
  expect(sizes(clients.map(({ welcome }) => welcome.zoneInstanceId))).toEqual([60, 40]);

  const instances = await waitUntil("the servers have reported their players", async () => {
    const rows = await accounts[0]!.post(
      "Instance/GetZoneInstancesForZone",
      { request: { zoneName: "Cellar" } },
      dev.instanceManagement,
    );
    const reported = rows.map((row: { numberOfReportedPlayers: number }) => row.numberOfReportedPlayers);
    return reported.reduce((a: number, b: number) => a + b, 0) === PLAYERS && rows;
  });
  expect(instances).toHaveLength(2);
  expect(clients.flatMap(({ client }) => client.wrong)).toEqual([]);
  await Promise.all(clients.map(({ client }) => client.leave()));
});

function sizes(instanceIds: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const id of instanceIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts.values()].sort((a, b) => b - a);
}
