import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@ows/service-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ChildRecords } from "./child-records.ts";
import { processIdentity } from "./process-identity.ts";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "ows-records-"));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function idler() {
  return spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore", detached: true });
}

test("a recorded process that still runs is ended, and its record with it", async () => {
  const records = new ChildRecords(dataDir);
  const child = idler();
  const ended = once(child, "exit");
  records.write(42, child.pid ?? 0);
  await records.stopLeftovers(2_000, silentLogger());
  expect(await ended).toEqual([null, "SIGTERM"]);
  expect(readdirSync(join(dataDir, "launcher", "children"))).toEqual([]);
});

test("a stranger with the number of a former child is left alone", async () => {
  const records = new ChildRecords(dataDir);
  const stranger = idler();
  const pid = stranger.pid ?? 0;
  const record = { zoneInstanceId: 42, pid, identity: `${processIdentity(pid)}0` };
  writeFileSync(join(dataDir, "launcher", "children", "42.json"), JSON.stringify(record));
  await records.stopLeftovers(2_000, silentLogger());
  expect(processIdentity(pid)).toBeDefined();
  expect(readdirSync(join(dataDir, "launcher", "children"))).toEqual([]);
  const ended = once(stranger, "exit");
  stranger.kill("SIGKILL");
  await ended;
});

test.each(["", "{", '{"zoneInstanceId":1,"pid":-1,"identity":"x"}', '{"zoneInstanceId":1,"pid":1,"identity":"x"}'])(
  "the record %j harms nobody",
  async (text) => {
    const records = new ChildRecords(dataDir);
    writeFileSync(join(dataDir, "launcher", "children", "1.json"), text);
    await records.stopLeftovers(100, silentLogger());
    expect(readdirSync(join(dataDir, "launcher", "children"))).toEqual([]);
  },
);
