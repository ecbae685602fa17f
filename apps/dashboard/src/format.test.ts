import { expect, test } from "vitest";
import { formatAge, formatFigure } from "./format.ts";

test.each([
  [0, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [3_600_000, "1 h"],
  [7_500_000, "2 h 5 min"],
  [90_000_000, "1 d 1 h"],
])("%i ms reads %s", (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test("what is not known is a dash", () => {
  expect(formatFigure(null, "ms")).toBe("–");
  expect(formatFigure(1.25, "ms", 1)).toBe("1.3 ms");
});
