import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import game from "@ows/demo/game";
import { schemaOf } from "@ows/protocol/game";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FoundProcess, processesMentioning } from "../dev-stack/processes.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { Account, storedCharacter } from "../game-client/account.ts";
import { RawGameClient } from "../game-client/raw-client.ts";

const PORT_BASE = 5300;
/** In the environment of the launcher and of every zone server of this stack. */
const INSTANCE_MANAGEMENT = `http://127.0.0.1:${PORT_BASE + 1}`;
let dataDir: string;
let dev: DevStack;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "ows-faults-"));
  // One zone server: nobody else has what it loses.
  dev = await startDev({ portBase: PORT_BASE, dataDir, servers: 1 });
});
afterEach(async () => {
  await dev[Symbol.asyncDispose]();
  await waitUntil("nothing is left", () => ours().length === 0, 10_000);
  await rm(dataDir, { recursive: true, force: true });
});

test("kill -9 of a zone server: the next join is answered by a new one and the place is not far back", async () => {
  const hero = await Account.create(dev, "Phoenix");
  const first = await enter(hero);
  await walk(first, 60);
  const before = first.own!.position;
  process.kill(zoneServerPid(), "SIGKILL");
  await waitUntil("the client sees the end", () => first.closed);

  const answer = await waitUntil("a new server", async () => {
    const join = await hero.join();
    return join.success && join;
  });
  const second = new RawGameClient(answer.url ?? "", schemaOf(game));
  await second.attach("ticket", answer.ticket ?? "");
  await waitUntil("the new server shows the avatar", () => second.own);
  expect(distance(second.own!.position, before)).toBeLessThan(80);
  await second.leave();
});

test("kill -9 of the launcher: players are told to come back, and can", async () => {
  const hero = await Account.create(dev, "Griffin");
  const first = await enter(hero);
  await walk(first, 40);
  const oldZoneServer = zoneServerPid();
  process.kill(launcherPid(), "SIGKILL");
  await waitUntil("the client is told", () => first.closing);
  expect(first.closing).toMatchObject({ code: "stopping", retry: true });
  const left = first.own!.position;
  await waitUntil("the old zone server has ended", () => !isRunning(oldZoneServer), 10_000);
  expect((await storedCharacter(dev, "Griffin"))?.x).toBeCloseTo(left[0] * 100, 6);

  const answer = await waitUntil(
    "a launcher and a server are back",
    async () => {
      const join = await hero.join();
      return join.success && join;
    },
    30_000,
  );
  const second = new RawGameClient(answer.url ?? "", schemaOf(game));
  await second.attach("ticket", answer.ticket ?? "");
  await waitUntil("the new server shows the avatar", () => second.own);
  expect(distance(second.own!.position, left)).toBeLessThan(0.01);
  await second.leave();
});

test("kill -9 of the dev process: nothing is left running, and the next start has every account and place", async () => {
  const hero = await Account.create(dev, "Basilisk");
  const first = await enter(hero);
  await walk(first, 40);
  await first.leave();
  const place = await waitUntil("the place is saved", () => storedCharacter(dev, "Basilisk"));
  await dev.stop("SIGKILL");
  await waitUntil("launcher and zone servers have ended", () => ours().length === 0, 15_000);

  dev = await startDev({ portBase: PORT_BASE, dataDir, servers: 1 });
  await hero.login();
  const second = await enter(hero);
  expect(distance(second.own!.position, [place.x / 100, place.y / 100, 0])).toBeLessThan(0.01);
  await second.leave();
});

test("Ctrl-C saves who is playing and ends every process within five seconds", async () => {
  const hero = await Account.create(dev, "Unicorn");
  const client = await enter(hero);
  await walk(client, 40);
  const stopped = dev.stop("SIGINT");
  await waitUntil("the client is told", () => client.closing);
  expect(client.closing).toMatchObject({ code: "stopping", retry: true });
  expect(await stopped).toBe(0);
  expect(ours()).toEqual([]);
  const last = client.own!.position;

  dev = await startDev({ portBase: PORT_BASE, dataDir, servers: 1 });
  expect((await storedCharacter(dev, "Unicorn"))?.x).toBeCloseTo(last[0] * 100, 6);
});

async function enter(account: Account): Promise<RawGameClient> {
  const join = await account.join();
  expect(join.errorMessage ?? "").toBe("");
  const client = new RawGameClient(join.url ?? "", schemaOf(game));
  await client.attach("ticket", join.ticket ?? "");
  await waitUntil("the first snapshot", () => client.own);
  return client;
}

async function walk(client: RawGameClient, steps: number): Promise<void> {
  for (let i = 0; i < steps; i += 2) {
    const move = { name: "move", values: { x: 127, y: 0 } };
    client.send([move, move]);
    const wanted = client.sentInputs - 8;
    await waitUntil("the inputs are applied", () => (client.last?.ackedSeq ?? 0) >= wanted);
  }
  await waitUntil("every input is applied", () => client.last?.ackedSeq === client.sentInputs);
}

function ours(): FoundProcess[] {
  return processesMentioning(dataDir, INSTANCE_MANAGEMENT);
}

function zoneServerPid(): number {
  return onlyPid(/-zoneinstanceid=/);
}

function launcherPid(): number {
  return onlyPid(/ launcher\b/);
}

function onlyPid(command: RegExp): number {
  const found = ours().filter((process) => command.test(process.command));
  expect(found.map((process) => process.command)).toHaveLength(1);
  return found[0]!.pid;
}

function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot((a[0] ?? 0) - (b[0] ?? 0), (a[1] ?? 0) - (b[1] ?? 0));
}
