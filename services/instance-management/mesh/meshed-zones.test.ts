import { expect, test } from "vitest";
import { parseMeshedZones } from "./meshed-zones.ts";

test("zones are named with the number of servers that share them", () => {
  expect(parseMeshedZones("Meadow:2, Dark Forest:16,")).toEqual([
    { zoneName: "Meadow", servers: 2 },
    { zoneName: "Dark Forest", servers: 16 },
  ]);
  expect(parseMeshedZones("")).toEqual([]);
});

test.each(["Meadow", "Meadow:0", "Meadow:65", "Meadow:two", ":2"])("%j is refused with what was expected", (text) => {
  expect(() => parseMeshedZones(text)).toThrow(`expected zone:servers with 1 to 64 servers, got "${text}"`);
});
