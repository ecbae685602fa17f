import { expect, test } from "vitest";
import { nameMistake, suggestedName } from "./player-account.ts";

test.each(["Ada1", "Wanderer", "Ångström", "1234"])("%s is a name", (name) => {
  expect(nameMistake(name)).toBeUndefined();
});

test.each([
  ["Ada", "at least 4"],
  ["", "at least 4"],
  ["Ada Lovelace", "only letters and digits"],
  ["ada_lovelace", "only letters and digits"],
  ["A".repeat(21), "at most 20"],
])("%j is no name", (name, why) => {
  expect(nameMistake(name)).toContain(why);
});

test("a suggested name is a name", () => {
  for (let i = 0; i < 50; i++) expect(nameMistake(suggestedName())).toBeUndefined();
});
