import { expect, test } from "vitest";
import { growthOf, judge } from "./judge.ts";
import type { Sample } from "./sample.ts";

const calm = { entities: 100, connected: 50, doubled: [], tickP99Ms: 4, silent: [] };

type Course = (atS: number) => number;

function run(rssMiB: Course, descriptors: Course = () => 40): Sample[] {
  return Array.from({ length: 31 }, (_, i) => {
    const atS = i * 10;
    return {
      ...calm,
      atS,
      processes: [{ pid: 7, role: "dev", rssMiB: rssMiB(atS), descriptors: descriptors(atS) }],
    };
  });
}

function verdict(samples: Sample[], more = {}) {
  return judge(samples, { expectedPlayers: 50, last: samples.at(-1)!, left: [], exitCode: 0, ...more });
}

test("memory that grows while it warms up and is level then is no leak", () => {
  const samples = run((atS) => Math.min(200, 100 + atS * 2));
  expect(verdict(samples)).toEqual([]);
});

test("memory that grows on and on is named with its process", () => {
  expect(verdict(run((atS) => 100 + atS / 4))).toEqual(["rssMiB of dev 7 gained 60.0 over a mean of 145.0"]);
});

test("connections that a crowd leaves for a while are no leak, those that stay are", () => {
  const level = () => 100;
  expect(verdict(run(level, (atS) => (atS > 150 && atS < 280 ? 300 : 60)))).toEqual([]);
  expect(verdict(run(level, (atS) => 60 + atS / 10))).toEqual(["descriptors of dev 7 gained 24.0 over a mean of 78.0"]);
});

test("a process that lived for a short time is not judged by its trend", () => {
  expect(growthOf(run((atS) => 100 + atS).slice(0, 18), 50)).toEqual([]);
});

test("memory of a process that came later is not judged, its descriptors are", () => {
  const [first, ...later] = run((atS) => 100 + atS);
  const samples = [{ ...first!, processes: [] }, ...later];
  expect(growthOf(samples, 50).map(({ what }) => what)).toEqual(["descriptors"]);
});

test("a silent service, a doubled character, a missing player and a left process are each named", () => {
  const samples = [...run(() => 100).slice(0, 1)].map((sample) => ({
    ...sample,
    silent: ["public-api: 503"],
    doubled: ["Hero"],
    connected: 49,
  }));
  expect(verdict(samples, { left: ["node zone"], exitCode: 1 })).toEqual([
    "at 0 s not every service answered: public-api: 503",
    "at 0 s more than one living entity of Hero",
    "49 of 50 players are in the world at the end",
    "still runs after the stop: node zone",
    "ows dev ended with 1, expected 0",
  ]);
});
