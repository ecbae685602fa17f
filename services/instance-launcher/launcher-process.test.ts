import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { processIdentity } from "./children/process-identity.ts";
import { LauncherProcess } from "./test-kit/launcher-process.ts";
import { customerGuid, TestStack } from "./test-kit/test-stack.ts";

let stack: TestStack;

beforeEach(async () => {
  stack = await TestStack.open();
});

afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

const hasLauncher = async () => (await stack.overview()).launchers.some(({ isActive }) => isActive);

/** The pid of the zone server with this id, as its process record says. */
async function pidOf(zoneInstanceId: number): Promise<number> {
  const { readFile } = await import("node:fs/promises");
  const record: unknown = JSON.parse(
    await readFile(`${stack.dataDir}/launcher/children/${zoneInstanceId}.json`, "utf8"),
  );
  return typeof record === "object" && record !== null && "pid" in record ? Number(record.pid) : 0;
}

const isRunning = (pid: number) => processIdentity(pid) !== undefined;

test("a launcher that is told to stop leaves no process and no row", async () => {
  await using launcher = new LauncherProcess(stack);
  await vi.waitFor(async () => expect(await hasLauncher()).toBe(true), 5_000);
  const { mapInstanceID } = await stack.join(await stack.player("Ada"), "Cellar");
  const pid = await pidOf(mapInstanceID);
  expect(await launcher.end("SIGTERM")).toBe(0);
  expect(isRunning(pid)).toBe(false);
  expect(await stack.store.zoneInstances.listAll(customerGuid)).toEqual([]);
  expect(await hasLauncher()).toBe(false);
});

test("after kill -9 of the launcher its zone servers stop by themselves, and the next launcher starts afresh", async () => {
  await using launcher = new LauncherProcess(stack);
  await vi.waitFor(async () => expect(await hasLauncher()).toBe(true), 5_000);
  const ada = await stack.player("Ada");
  const before = await stack.join(ada, "Cellar");
  const pid = await pidOf(before.mapInstanceID);
  await launcher.end("SIGKILL");
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 3_000);
  await using _next = new LauncherProcess(stack);
  await vi.waitFor(async () => {
    const after = await stack.join(ada, "Cellar");
    expect(after.success).toBe(true);
    expect(after.mapInstanceID).not.toBe(before.mapInstanceID);
  }, 15_000);
});

test("a zone server that outlives its launcher is ended by the next one", async () => {
  await using launcher = new LauncherProcess(stack);
  await vi.waitFor(async () => expect(await hasLauncher()).toBe(true), 5_000);
  const { mapInstanceID } = await stack.join(await stack.player("Ada"), "Stubborn");
  const pid = await pidOf(mapInstanceID);
  await launcher.end("SIGKILL");
  expect(isRunning(pid)).toBe(true);
  await using _next = new LauncherProcess(stack);
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 5_000);
  await vi.waitFor(async () => expect(await stack.store.zoneInstances.listAll(customerGuid)).toEqual([]), 10_000);
});

test("a launcher whose parent is gone stops with its zone servers", async () => {
  const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  await using launcher = new LauncherProcess(stack, { OWS_PARENT_PID: String(parent.pid) });
  await vi.waitFor(async () => expect(await hasLauncher()).toBe(true), 5_000);
  const { mapInstanceID } = await stack.join(await stack.player("Ada"), "Cellar");
  const pid = await pidOf(mapInstanceID);
  const ended = once(launcher.process, "exit");
  parent.kill("SIGKILL");
  await ended;
  expect(isRunning(pid)).toBe(false);
});

test("a launcher that comes before everybody else waits for them", async () => {
  const port = Number(new URL(stack.instances.url).port);
  await stack.instances[Symbol.asyncDispose]();
  await using _launcher = new LauncherProcess(stack);
  await stack.restartInstances({ port });
  await vi.waitFor(async () => expect(await hasLauncher()).toBe(true), 10_000);
});
