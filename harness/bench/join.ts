import game from "@ows/demo/game";
import { schemaOf } from "@ows/protocol/game";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { Account } from "../game-client/account.ts";
import { RawGameClient } from "../game-client/raw-client.ts";
import { distributionOf } from "./histogram.ts";
import type { Workload } from "./workload.ts";

const WARM_JOINS = 200;
const COLD_ZONES = 15;

/** How long a player waits between "where to?" and seeing the world. */
export const join: Workload = {
  id: "join",
  about:
    "GetServerToConnectTo → attach → first snapshot, in milliseconds: into a running zone, and into one that is not",
  async run() {
    await using dev = await startDev({ portBase: 5700 });
    const account = await Account.create(dev, "Joiner");
    const warm = { answer: [] as number[], inWorld: [] as number[] };
    for (let i = 0; i < WARM_JOINS; i++) await timedJoin(account, "Meadow", warm);
    const cold = { answer: [] as number[], inWorld: [] as number[] };
    for (let i = 0; i < COLD_ZONES; i++) {
      const zoneName = `Cold${i}`;
      await addZone(dev, account, zoneName);
      await timedJoin(account, zoneName, cold);
      await stopInstances(dev, account, zoneName);
    }
    return {
      warm: { answerMs: distributionOf(warm.answer), inWorldMs: distributionOf(warm.inWorld) },
      cold: { answerMs: distributionOf(cold.answer), inWorldMs: distributionOf(cold.inWorld) },
    };
  },
};

async function timedJoin(
  account: Account,
  zone: string,
  samples: { answer: number[]; inWorld: number[] },
): Promise<void> {
  const startedMs = performance.now();
  const answer = await account.join(zone);
  if (!answer.success) throw new Error(answer.errorMessage ?? "no reason");
  samples.answer.push(performance.now() - startedMs);
  const client = new RawGameClient(answer.url ?? "", schemaOf(game));
  await client.attach("ticket", answer.ticket ?? "");
  await waitUntil("the first snapshot", () => client.own);
  samples.inWorld.push(performance.now() - startedMs);
  await client.leave();
}

async function addZone(dev: DevStack, account: Account, zoneName: string): Promise<void> {
  const zone = { zoneName, mapName: zoneName, softPlayerCap: 60, hardPlayerCap: 80, mapMode: 1 };
  await account.post("Zones/AddZone", { addOrUpdateZone: zone }, dev.instanceManagement);
}

/** Frees the world server's place for the next one. */
async function stopInstances(dev: DevStack, account: Account, zoneName: string): Promise<void> {
  const list = () =>
    account.post("Instance/GetZoneInstancesForZone", { request: { zoneName } }, dev.instanceManagement);
  for (const { worldServerID, mapInstanceID } of await list()) {
    const body = { worldServerID, zoneInstanceID: mapInstanceID };
    await account.post("Instance/ShutDownServerInstance", body, dev.instanceManagement);
  }
  await waitUntil("the instance has ended", async () => (await list()).length === 0);
}
