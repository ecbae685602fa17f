import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { callEndpoint, instanceManagement } from "@ows/protocol/http";
import { ticketKeys, verifyTicket } from "@ows/protocol/ticket";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Launcher } from "./service.ts";
import { customerGuid, secret, TestStack } from "./test-kit/test-stack.ts";

let stack: TestStack;

beforeEach(async () => {
  stack = await TestStack.open();
});

afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Never 0, which would signal the test's own group. */
function pidOf(launcher: Launcher): number {
  const pid = launcher.children[0]?.pid ?? 0;
  expect(pid).toBeGreaterThan(1);
  return pid;
}

test("the first join of a cold zone starts a real process and is sent to it with a ticket", async () => {
  const launcher = await stack.startLauncher();
  const ada = await stack.player("Ada");
  const answer = await stack.join(ada, "Cellar");
  expect(answer).toMatchObject({
    success: true,
    errorMessage: "",
    serverIP: "127.0.0.1",
    port: 7778,
    url: "ws://127.0.0.1:7778/fixture",
    mapNameToStart: "Cellar",
    worldServerID: launcher.worldServerId,
    mapInstanceStatus: 2,
  });
  const [child] = launcher.children;
  expect(child).toMatchObject({ zoneInstanceId: answer.mapInstanceID });
  const verdict = verifyTicket(answer.ticket ?? "", ticketKeys(secret).publicKey, Date.now());
  expect(verdict).toMatchObject({
    ok: true,
    ticket: { customerGuid, characterName: "Ada", zoneInstanceId: answer.mapInstanceID },
  });
  const character = await stack.store.characters.getByName(customerGuid, "Ada");
  expect(character).toMatchObject({ mapInstanceId: answer.mapInstanceID, mapName: "Cellar" });
  const log = join(stack.dataDir, "logs", "zones", `zone-${answer.mapInstanceID}.log`);
  await vi.waitFor(() => expect(readFileSync(log, "utf8")).toContain("fixture: ready"));
});

test("a hundred players joining a cold zone at once get two servers: 60 and 40", async () => {
  const launcher = await stack.startLauncher();
  const players = [];
  for (let i = 0; i < 100; i++) players.push(await stack.player(`Hero${i}`));
  const answers = await Promise.all(players.map((player) => stack.join(player, "Cellar")));
  expect(answers.filter((answer) => !answer.success)).toEqual([]);
  const counts = new Map<number, number>();
  for (const { mapInstanceID } of answers) counts.set(mapInstanceID, (counts.get(mapInstanceID) ?? 0) + 1);
  expect([...counts.values()].toSorted()).toEqual([40, 60]);
  expect(launcher.children).toHaveLength(2);
  expect(new Set(answers.map(({ port }) => port))).toEqual(new Set([7778, 7779]));
});

test("a killed zone server is known to be gone at once, its row and claims go, and the next join starts another", async () => {
  const launcher = await stack.startLauncher();
  const ada = await stack.player("Ada");
  const first = await stack.join(ada, "Cellar");
  const zoneInstanceId = first.mapInstanceID;
  const epoch = { term: 0, count: 1 };
  await stack.store.claims.claim({ customerGuid, characterName: "Ada", zoneInstanceId, entityId: 2 ** 20, epoch });
  process.kill(pidOf(launcher), "SIGKILL");
  await vi.waitFor(async () => expect(await stack.store.zoneInstances.listAll(customerGuid)).toEqual([]), 2_000);
  expect(await stack.store.claims.holderOf(customerGuid, "Ada")).toBeNull();
  const { instances } = await stack.overview();
  expect(instances).toMatchObject([{ zoneInstanceId, state: "gone" }]);
  expect(instances[0]?.reason).toMatch(/^zone server \d+ was ended by SIGKILL \(log: .*zone-\d+\.log\)$/);
  const second = await stack.join(ada, "Cellar");
  expect(second.success).toBe(true);
  expect(second.mapInstanceID).not.toBe(zoneInstanceId);
});

test("a zone server that never becomes ready is never handed out; its waiters hear why, in time", async () => {
  await stack.restartInstances({ joinTimeoutMs: 1_000 });
  const launcher = await stack.startLauncher();
  const answer = await stack.join(await stack.player("Ada"), "Never");
  expect(answer).toMatchObject({
    success: false,
    serverIP: "",
    port: 0,
    errorMessage: "Never is starting but did not become ready in 1 s",
  });
  expect(launcher.children).toMatchObject([{ state: "starting" }]);
});

test("a start that takes too long is given up: its process ends and its row goes", async () => {
  await stack.restartInstances({ joinTimeoutMs: 5_000, startTimeoutMs: 400 });
  const launcher = await stack.startLauncher();
  const answer = await stack.join(await stack.player("Ada"), "Never");
  expect(answer.errorMessage).toMatch(/^Never could not be started: zone server \d+ was not ready after 0.4 s$/);
  await vi.waitFor(() => expect(launcher.children).toEqual([]), 3_000);
  await vi.waitFor(async () => expect(await stack.store.zoneInstances.listAll(customerGuid)).toEqual([]), 3_000);
});

test("a zone server that crashes while starting is tried twice, then its waiters hear its exit code", async () => {
  await stack.startLauncher();
  const answer = await stack.join(await stack.player("Ada"), "Crash");
  expect(answer).toMatchObject({ success: false, serverIP: "", port: 0 });
  expect(answer.errorMessage).toMatch(/^Crash could not be started: zone server \d+ exited with code 3$/);
  const { instances } = await stack.overview();
  expect(instances.map(({ state }) => state)).toEqual(["gone", "gone"]);
});

test("a map name that could be read as arguments is refused, and said so", async () => {
  await stack.startLauncher();
  await stack.zone({ zoneName: "Trap", mapName: "Map -exec=x", softPlayerCap: 5, hardPlayerCap: 5 });
  const answer = await stack.join(await stack.player("Ada"), "Trap");
  expect(answer.errorMessage).toMatch(/^Trap could not be started: zone server \d+ could not be started$/);
});

test("a spin-up that no launcher takes fails its waiters at once", async () => {
  const call = { baseUrl: stack.instances.url, customerGuid };
  const launcherGUID = "7c1c9f57-4f1c-4a55-9a44-0d5f8b1b0a01";
  const request = { launcherGUID, serverIP: "127.0.0.1", internalServerIP: "", maxNumberOfInstances: 5 };
  await callEndpoint(instanceManagement.registerLauncher, {
    ...call,
    body: { request: { ...request, startingInstancePort: 7778 } },
  });
  const headers = { "X-LauncherGUID": launcherGUID };
  const worldServerId = await callEndpoint(instanceManagement.startInstanceLauncher, { ...call, headers });
  const answer = await stack.join(await stack.player("Ada"), "Cellar");
  expect(answer).toMatchObject({
    success: false,
    errorMessage: `Cellar could not be started: the launcher of world server ${worldServerId} does not answer`,
  });
  await vi.waitFor(async () => expect(await stack.store.zoneInstances.listAll(customerGuid)).toEqual([]), 2_000);
});

test("without any launcher a join fails at once with the text that admins know", async () => {
  const answer = await stack.join(await stack.player("Ada"), "Cellar");
  expect(answer.success).toBe(false);
  expect(answer.errorMessage).toContain("Make sure you setup at least one valid World Server");
});

test("two launchers share the zones, and the end of one leaves the other's alone", async () => {
  const first = await stack.startLauncher();
  const dataDir = join(stack.dataDir, "second");
  const second = await stack.startLauncher({ dataDir, startingPort: 7790 });
  expect(second.worldServerId).not.toBe(first.worldServerId);
  await stack.zone({ zoneName: "Attic", mapName: "Attic", softPlayerCap: 5, hardPlayerCap: 5 });
  const [ada, bob] = [await stack.player("Ada"), await stack.player("Bobo")];
  const cellar = await stack.join(ada, "Cellar");
  const attic = await stack.join(bob, "Attic");
  expect([cellar.port, attic.port].toSorted()).toEqual([7778, 7790]);
  await second[Symbol.asyncDispose]();
  const rows = await stack.store.zoneInstances.listAll(customerGuid);
  expect(rows.map((row) => row.worldServerId)).toEqual([first.worldServerId]);
});

test("an administrator's shut-down ends the process, and nobody is sent there meanwhile", async () => {
  const launcher = await stack.startLauncher();
  const ada = await stack.player("Ada");
  const { mapInstanceID, worldServerID } = await stack.join(ada, "Cellar");
  const pid = pidOf(launcher);
  const body = { worldServerID, zoneInstanceID: mapInstanceID };
  const call = { baseUrl: stack.instances.url, customerGuid };
  expect(await callEndpoint(instanceManagement.shutDownServerInstance, { ...call, body })).toMatchObject({
    success: true,
  });
  const next = await stack.join(ada, "Cellar");
  expect(next.mapInstanceID).not.toBe(mapInstanceID);
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 2_000);
});

test("a launcher that was shut down from outside comes back, and ends what nobody knows any more", async () => {
  const launcher = await stack.startLauncher();
  const ada = await stack.player("Ada");
  const { worldServerID, mapInstanceID } = await stack.join(ada, "Cellar");
  const pid = pidOf(launcher);
  const call = { baseUrl: stack.instances.url, customerGuid };
  await callEndpoint(instanceManagement.shutDownInstanceLauncher, { ...call, body: { request: { worldServerID } } });
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 5_000);
  const next = await stack.join(ada, "Cellar");
  expect(next).toMatchObject({ success: true, worldServerID });
  expect(next.mapInstanceID).not.toBe(mapInstanceID);
});

test("a zone server that will not stop is killed after the grace", async () => {
  const launcher = await stack.startLauncher();
  await stack.join(await stack.player("Ada"), "Stubborn");
  const pid = pidOf(launcher);
  expect(isRunning(pid)).toBe(true);
  await launcher[Symbol.asyncDispose]();
  expect(isRunning(pid)).toBe(false);
  expect(await stack.store.zoneInstances.listAll(customerGuid)).toEqual([]);
});

test("a zone server that hangs is killed, which turns the hang into an exit", async () => {
  const launcher = await stack.startLauncher({ hangTimeoutMs: 1_000 });
  await stack.join(await stack.player("Ada"), "Hang");
  await vi.waitFor(() => expect(launcher.children).toEqual([]), 10_000);
  await vi.waitFor(async () => {
    const { instances } = await stack.overview();
    expect(instances[0]?.reason).toMatch(/was ended by SIGKILL \(did not answer for 1000 ms; log: /);
  });
});

test("after a restart of instance-management the running zone server is found again", async () => {
  const launcher = await stack.startLauncher();
  const before = await stack.join(await stack.player("Ada"), "Cellar");
  await stack.restartInstances();
  const after = await stack.join(await stack.player("Bobo"), "Cellar");
  expect(after).toMatchObject({ success: true, mapInstanceID: before.mapInstanceID, port: before.port });
  expect(launcher.children).toHaveLength(1);
});

test("a traveller is let go by the zone it leaves before it is sent on", async () => {
  await stack.startLauncher();
  await stack.zone({ zoneName: "Attic", mapName: "Attic", softPlayerCap: 5, hardPlayerCap: 5 });
  const ada = await stack.player("Ada");
  const { mapInstanceID: zoneInstanceId } = await stack.join(ada, "Cellar");
  const epoch = { term: 0, count: 1 };
  await stack.store.claims.claim({ customerGuid, characterName: "Ada", zoneInstanceId, entityId: 2 ** 20, epoch });
  const again = await stack.join(ada, "Cellar");
  expect(again.mapInstanceID).toBe(zoneInstanceId);
  const attic = await stack.join(ada, "Attic");
  expect(attic).toMatchObject({ success: true, mapNameToStart: "Attic" });
});

test("a zone that is kept running starts without a player and comes back when it is killed", async () => {
  await stack.restartInstances({ keepRunning: ["Cellar"] });
  const launcher = await stack.startLauncher();
  const readyId = async () => (await stack.overview()).instances.find(({ state }) => state === "ready")?.zoneInstanceId;
  await vi.waitFor(async () => expect(await readyId()).toBeDefined(), 5_000);
  const first = await readyId();
  process.kill(pidOf(launcher), "SIGKILL");
  await vi.waitFor(async () => expect([undefined, first]).not.toContain(await readyId()), 6_000);
});

test("the records of children are gone when the children are", async () => {
  const launcher = await stack.startLauncher();
  const { mapInstanceID } = await stack.join(await stack.player("Ada"), "Cellar");
  const record = join(stack.dataDir, "launcher", "children", `${mapInstanceID}.json`);
  expect(existsSync(record)).toBe(true);
  await launcher[Symbol.asyncDispose]();
  expect(existsSync(record)).toBe(false);
});
