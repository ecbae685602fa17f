import { expect, test } from "vitest";
import { mistakeInCharacterName } from "./character-name.ts";

test.each(["Adam", "Zoë_1", "世界世界", "A".repeat(50)])("%j is a name", (name) => {
  expect(mistakeInCharacterName(name)).toBeUndefined();
});

test.each([
  [null, "at least 4 characters"],
  ["", "at least 4 characters"],
  ["Ada", "at least 4 characters"],
  ["Ada Lovelace", "only contains letters and numbers"],
  ["Ada|1", "only contains letters and numbers"],
  ["Ada:1", "only contains letters and numbers"],
  ["Ada%20", "only contains letters and numbers"],
  ["Ada1\n", "only contains letters and numbers"],
  ["A".repeat(51), "at most 50 characters"],
])("%j is refused: %s", (name, reason) => {
  expect(mistakeInCharacterName(name)).toContain(reason);
});
