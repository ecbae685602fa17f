import { expect, test } from "vitest";
import { compare } from "./compare.ts";

test("two runs are compared figure by figure, and only where both have one", () => {
  const lines = compare({ join: { p50: 10, note: "x" }, gone: 1 }, { join: { p50: 5 }, fresh: 2 }).split("\n");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^join\.p50 +10 +5 {3}×0\.50$/);
});

test("values behind a distribution are not compared, parts of a list are", () => {
  const one = { rounds: [{ gap: { n: 2, raw: [[1, 2]] } }] };
  expect(compare(one, one)).toMatch(/^rounds\.0\.gap\.n +2 +2 {3}×1\.00$/);
});
