import { expect, test } from "vitest";
import { loadGame } from "./load-game.ts";
import { parseZoneArguments } from "./zone-arguments.ts";

test("the launcher's command line names map, port and zone instance, in any case and order", () => {
  const argv = ["Meadow?listen", "-server", "-log", "-nosteam", "-port=7778", "-zoneinstanceid=12"];
  expect(parseZoneArguments(argv)).toEqual({ mapName: "Meadow", port: 7778, zoneInstanceId: 12 });
  expect(parseZoneArguments(["-ZoneInstanceID=3", "-Port=80", "/Game/Maps/M?listen?x=1"])).toEqual({
    ...{ mapName: "/Game/Maps/M", port: 80, zoneInstanceId: 3 },
  });
});

test("a line that makes no sense is refused in words", () => {
  expect(() => parseZoneArguments([])).toThrow("expected a map first");
  expect(() => parseZoneArguments(["M", "-zoneinstanceid=1"])).toThrow("expected -port=<number>");
  expect(() => parseZoneArguments(["M", "-port=99999", "-zoneinstanceid=1"])).toThrow("-port=99999: expected a whole");
  expect(() => parseZoneArguments(["M", "-port=1", "-zoneinstanceid=x"])).toThrow("-zoneinstanceid=x: expected");
});

test("a game module is loaded by path; a wrong one is a clear error", async () => {
  const kit = `${import.meta.dirname}/testing/default-game.test-kit.ts`;
  expect((await loadGame(kit)).definition.tickHz).toBe(50);
  await expect(loadGame("/no/such/game.ts")).rejects.toThrow("the game module /no/such/game.ts can't be loaded");
  await expect(loadGame(import.meta.filename.replace("arguments.test", "settings"))).rejects.toThrow("default export");
});
