import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DevError } from "./dev-error.ts";
import { RunLock } from "./run-lock.ts";

const LOCK_MODULE = new URL("./run-lock.ts", import.meta.url).href;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ows-lock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Another process that takes the lock of a folder, notes a child, and says when it is done. */
async function otherRun(folder: string, childPid: number) {
  const script = `
    import { RunLock } from ${JSON.stringify(LOCK_MODULE)};
    const lock = RunLock.take(${JSON.stringify(folder)}, "earlier");
    lock.noteChild("launcher", ${childPid});
    console.log("taken");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

test("a folder has one run at a time, and the refusal names it", () => {
  const folder = newFolder();
  using _first = RunLock.take(folder, "2026-01-01T00:00:00Z");
  expect(() => RunLock.take(folder, "later")).toThrow(DevError);
  expect(() => RunLock.take(folder, "later")).toThrow(
    `ows dev with process id ${process.pid}, started 2026-01-01T00:00:00Z, already runs on the data of ${folder}`,
  );
});

test("a run that ended leaves nothing to the next one", () => {
  const folder = newFolder();
  RunLock.take(folder, "first")[Symbol.dispose]();
  using second = RunLock.take(folder, "second");
  expect(second.leftovers).toEqual([]);
});

test("a run that was killed gives its lock back and leaves the names of children that live", async () => {
  const folder = newFolder();
  const other = await otherRun(folder, process.pid);
  expect(() => RunLock.take(folder, "second")).toThrow(`process id ${other.pid}`);
  other.kill("SIGKILL");
  await once(other, "exit");
  using second = RunLock.take(folder, "second");
  expect(second.leftovers).toMatchObject([{ name: "launcher", pid: process.pid }]);
});

test("a child that has ended is no leftover", async () => {
  const folder = newFolder();
  const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
  const other = await otherRun(folder, child.pid ?? 0);
  if (child.exitCode === null) await once(child, "exit");
  other.kill("SIGKILL");
  await once(other, "exit");
  using second = RunLock.take(folder, "second");
  expect(second.leftovers).toEqual([]);
});
