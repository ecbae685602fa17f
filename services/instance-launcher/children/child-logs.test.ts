import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ChildLogs } from "./child-logs.ts";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "ows-logs-"));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test("a log that has grown too long is moved aside while its writer goes on", () => {
  const log = new ChildLogs(dataDir, { maxLogBytes: 10, maxLogFiles: 5 }).open(42);
  writeSync(log.fd, "short\n");
  log.bound();
  expect(statSync(log.file).size).toBe(6);
  writeSync(log.fd, "now it is long\n");
  log.bound();
  writeSync(log.fd, "next\n");
  log.close();
  expect(readFileSync(log.file, "utf8")).toBe("next\n");
  expect(readFileSync(`${log.file}.1`, "utf8")).toBe("short\nnow it is long\n");
});

test("the oldest logs go when there are too many", () => {
  const logs = new ChildLogs(dataDir, { maxLogBytes: 10, maxLogFiles: 3 });
  const dir = join(dataDir, "logs", "zones");
  for (const id of [1, 2, 3, 4]) {
    writeFileSync(join(dir, `zone-${id}.log`), "x");
    utimesSync(join(dir, `zone-${id}.log`), id, id);
  }
  logs.open(5).close();
  expect(readdirSync(dir).toSorted()).toEqual(["zone-3.log", "zone-4.log", "zone-5.log"]);
});
