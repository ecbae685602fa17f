import { expect, test } from "vitest";
import { closestName } from "./closest-name.ts";

const commands = ["dev", "serve", "launcher", "zone", "db", "new"];

test.each([
  ["dve", "dev"],
  ["sevre", "serve"],
  ["launch", "launcher"],
  ["Zone", "zone"],
  ["de", "dev"],
])("%s is taken for %s", (given, meant) => {
  expect(closestName(given, commands)).toBe(meant);
});

test("what resembles nothing is taken for nothing", () => {
  expect(closestName("frobnicate", commands)).toBeUndefined();
  expect(closestName("", commands)).toBeUndefined();
});
