import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { processInfo } from "./processes.ts";
import { SupervisedChild } from "./supervised-child.ts";

const SUPERVISOR = new URL("./supervised-child.ts", import.meta.url).href;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ows-child-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function start(script: string) {
  const folder = newFolder();
  const entry = join(folder, "child.mjs");
  const logFile = join(folder, "child.log");
  writeFileSync(entry, script);
  const said: string[] = [];
  const pids: number[] = [];
  const child = SupervisedChild.start({
    name: "bots",
    entry,
    args: ["one"],
    env: { GREETING: "hello" },
    logFile,
    nowMs: () => performance.now(),
    onStart: (pid) => void pids.push(pid),
    say: (sentence) => void said.push(sentence),
  });
  onTestFinished(() => child.kill());
  return { child, pids, said, log: () => readFileSync(logFile, "utf8") };
}

const RUNS = "setInterval(() => {}, 1000); console.log(process.argv[2], process.env.GREETING);";

test("a child gets its arguments and environment, and its words go to its log", async () => {
  const { log } = start(RUNS);
  await vi.waitFor(() => expect(log()).toBe("one hello\n"), 5000);
});

test("a child that dies is started again, and the console says so", async () => {
  const { pids, said } = start(RUNS);
  await vi.waitFor(() => expect(pids).toHaveLength(1), 5000);
  process.kill(pids[0] ?? 0, "SIGKILL");
  await vi.waitFor(() => expect(pids).toHaveLength(2), 5000);
  expect(said[0]).toContain("bots was ended by SIGKILL; starting it again in 0.5 s (its log: ");
});

test("a child that is stopped may finish its work, and is not started again", async () => {
  const { child, said, log } = start(
    `${RUNS} process.on("SIGTERM", () => { console.log("saved"); process.exit(0); });`,
  );
  await vi.waitFor(() => expect(log()).toContain("hello"), 5000);
  await child.stop(5000);
  expect(log()).toContain("saved");
  expect(child.pid).toBeUndefined();
  expect(said).toEqual([]);
});

test("a child that does not stop is killed with all it started", async () => {
  const deaf = `process.on("SIGTERM", () => {}); ${RUNS}`;
  const parent = `import { spawn } from "node:child_process";
    const child = spawn(process.execPath, ["-e", ${JSON.stringify(deaf)}], { stdio: "ignore", detached: true });
    console.log("grandchild " + child.pid); ${deaf}`;
  const { child, said, log } = start(parent);
  await vi.waitFor(() => expect(log()).toContain("hello"), 5000);
  const grandchild = Number(/grandchild (\d+)/.exec(log())?.[1]);
  expect(processInfo(grandchild)).toBeDefined();
  await child.stop(100);
  expect(said[0]).toBe("bots did not stop within 0.1 s and is killed");
  await vi.waitFor(() => expect(processInfo(grandchild)).toBeUndefined(), 5000);
});

test("a child whose parent is killed stops as if it had been asked to", async () => {
  const folder = newFolder();
  const entry = join(folder, "child.mjs");
  const logFile = join(folder, "child.log");
  writeFileSync(entry, `${RUNS} process.on("SIGTERM", () => { console.log("saved"); process.exit(0); });`);
  const script = `
    import { SupervisedChild } from ${JSON.stringify(SUPERVISOR)};
    const [entry, logFile] = ${JSON.stringify([entry, logFile])};
    SupervisedChild.start({ name: "x", entry, args: [], env: {}, logFile, nowMs: () => 0, onStart() {}, say() {} });`;
  const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], { stdio: "inherit" });
  await vi.waitFor(() => expect(readFileSync(logFile, "utf8")).toContain("undefined"), 5000);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await vi.waitFor(() => expect(readFileSync(logFile, "utf8")).toContain("saved"), 5000);
});
