import { expect, test } from "vitest";
import type { DevOptions } from "./dev-options.ts";
import { readyText } from "./ready-text.ts";

const options: DevOptions = {
  ...{ portBase: 9100, dataDir: "/home/ada/.ows", bots: 0, game: undefined, customerGuid: "c-1" },
  ...{ buildPages: true, servers: 1, storm: false },
};
const url = (port: number) => `http://127.0.0.1:${port}`;
const urls = {
  ...{ publicApi: url(1), instanceManagement: url(2), characterPersistence: url(3) },
  ...{ globalData: url(4), management: url(5) },
};
const zoneServer = (zoneInstanceId: number) => ({
  ...{ zoneInstanceId, zoneName: "Meadow", url: `ws://127.0.0.1:${9110 + zoneInstanceId}` },
});

function linesOf(changed: Partial<DevOptions>, ids: readonly number[]): readonly string[] {
  const text = readyText({
    ...{ options: { ...options, ...changed }, urls, hasGamePage: false, cwd: "/home/ada", seconds: 2 },
    zoneServers: ids.map(zoneServer),
  });
  return text.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "));
}

test("one server of the zone is named by its zone", () => {
  const lines = linesOf({}, [1]);
  expect(lines).toContain("Zone Meadow | ws://127.0.0.1:9111 | the demo's game link");
  expect(lines).toContain(`Dashboard | ${url(5)}/ | what runs, who plays, live map`);
});

test("servers that share the zone are listed each, with the number that the dashboard shows", () => {
  const lines = linesOf({ servers: 3, storm: true }, [4, 5, 6]);
  expect(lines.filter((line) => line.startsWith("Meadow #"))).toEqual([
    "Meadow #4 | ws://127.0.0.1:9114 | one of 3 servers that share it",
    "Meadow #5 | ws://127.0.0.1:9115",
    "Meadow #6 | ws://127.0.0.1:9116",
  ]);
  expect(lines).toContain(`Dashboard | ${url(5)}/ | borders, ghosts, links, a storm of handoffs`);
});
