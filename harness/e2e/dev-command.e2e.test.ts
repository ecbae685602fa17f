import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callEndpoint, management, publicApi } from "@ows/protocol/http";
import { expect, onTestFinished, test } from "vitest";
import { processesMentioning } from "../dev-stack/processes.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";

const PORT_BASE = 9300;

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ows-dev-command-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function overviewOf({ management: baseUrl }: DevStack) {
  return callEndpoint(management.overview, { baseUrl, customerGuid: "" });
}

/** Dev process, launcher and bots have the folder in their environment; zone servers have their ports. */
function processesOf(dataDir: string) {
  return [
    ...processesMentioning(dataDir),
    ...[10, 11].flatMap((offset) => processesMentioning(`-port=${PORT_BASE + offset} `)),
  ];
}

/** The pid of the launcher, which is the only child of `ows dev` without bots that has `launcher` as its last word. */
function launcherOf({ dataDir }: DevStack): number | undefined {
  return processesMentioning(dataDir).find(({ command }) => command.trimEnd().endsWith("main.ts launcher"))?.pid;
}

test("ows dev serves everything it names, and Ctrl-C leaves nothing running", async () => {
  const dataDir = await newFolder();
  await using dev = await startDev({ portBase: PORT_BASE, dataDir });
  expect(dev.readyAfterMs).toBeLessThan(30_000);
  for (const url of [dev.publicApi, dev.instanceManagement, dev.characterPersistence, dev.globalData, dev.management]) {
    const status = await fetch(`${url}/api/System/Status`);
    expect([url, status.status, await status.text()]).toEqual([url, 200, "true"]);
    expect((await fetch(`${url}/swagger`)).status).toBe(200);
    expect(dev.output()).toContain(url);
  }
  for (const page of ["/", "/demo/"]) {
    const response = await fetch(dev.management + page);
    expect([page, response.status]).toEqual([page, 200]);
    expect(await response.text()).toContain("<!doctype html>");
  }
  expect(await (await fetch(`${dev.management}/demo/config.json`)).json()).toEqual({
    publicApiUrl: dev.publicApi,
    customerGuid: dev.customerGuid,
  });
  const { instances, services } = await overviewOf(dev);
  expect(services.every((service) => service.isUp)).toBe(true);
  expect(instances).toMatchObject([
    { zoneName: "Meadow", state: "ready", port: PORT_BASE + 10 },
    { zoneName: "Meadow", state: "ready", port: PORT_BASE + 11 },
  ]);
  expect(processesOf(dataDir).length).toBeGreaterThanOrEqual(3);

  const stoppingMs = performance.now();
  expect(await dev.stop("SIGINT")).toBe(0);
  expect(performance.now() - stoppingMs).toBeLessThan(5000);
  expect(processesOf(dataDir)).toEqual([]);
  // What was in the write-ahead log is in the database.
  expect(existsSync(join(dataDir, "ows.sqlite-wal"))).toBe(false);
});

test("a second start keeps accounts; a second run on the same data or ports is refused with what to do", async () => {
  const dataDir = await newFolder();
  const account = { email: "ada@example.com", password: "analytical" };
  {
    await using dev = await startDev({ portBase: PORT_BASE, dataDir });
    const at = { baseUrl: dev.publicApi, customerGuid: dev.customerGuid };
    const registered = await callEndpoint(publicApi.registerUser, { ...at, body: { ...account, firstName: "Ada" } });
    expect(registered.authenticated).toBe(true);
    await expect(startDev({ portBase: PORT_BASE + 40, dataDir })).rejects.toThrow(
      `ows dev with process id ${dev.pid}, started`,
    );
    await expect(startDev({ portBase: PORT_BASE })).rejects.toThrow(`${PORT_BASE} (for public-api)`);
  }
  await using again = await startDev({ portBase: PORT_BASE, dataDir });
  const login = await callEndpoint(publicApi.loginAndCreateSession, {
    baseUrl: again.publicApi,
    customerGuid: again.customerGuid,
    body: account,
  });
  expect(login.authenticated).toBe(true);
});

test("a killed launcher is replaced, and the world with it", async () => {
  await using dev = await startDev({ portBase: PORT_BASE });
  const before = (await overviewOf(dev)).instances.map(({ zoneInstanceId }) => zoneInstanceId);
  const killed = launcherOf(dev);
  process.kill(killed ?? 0, "SIGKILL");
  const ready = await waitUntil("another Meadow is ready", async () => {
    const { instances } = await overviewOf(dev);
    return instances.find(({ state, zoneInstanceId }) => state === "ready" && !before.includes(zoneInstanceId));
  });
  expect(ready.zoneName).toBe("Meadow");
  expect(launcherOf(dev)).not.toBe(killed);
  expect(dev.output()).toContain("launcher was ended by SIGKILL; starting it again");
});

test("after kill -9 of ows dev its children end by themselves, and the next start works", async () => {
  const dataDir = await newFolder();
  await using dev = await startDev({ portBase: PORT_BASE, dataDir, bots: 2 });
  expect(processesOf(dataDir).length).toBeGreaterThanOrEqual(4);
  await dev.stop("SIGKILL");
  // Started at once, while they are still saving and leaving.
  await using next = await startDev({ portBase: PORT_BASE, dataDir });
  const { instances } = await overviewOf(next);
  expect(instances.filter(({ state }) => state === "ready")).toHaveLength(2);
  await next.stop("SIGTERM");
  await waitUntil("nothing is left", () => processesOf(dataDir).length === 0);
});
