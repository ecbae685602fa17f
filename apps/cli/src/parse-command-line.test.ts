import { expect, test } from "vitest";
import { UsageError } from "./command.ts";
import { integerOption, parseCommandLine, refusePositionals } from "./parse-command-line.ts";

const command = {
  name: "dev",
  options: {
    bots: { type: "string", value: "N", help: "" },
    quiet: { type: "boolean", short: "q", help: "" },
  },
} as const;

const parse = (...argv: string[]) => parseCommandLine(command, argv);

test("options come with a space, an equals sign or one letter, and positionals between them", () => {
  expect(parse("--bots", "3", "-q", "here")).toEqual({
    texts: { bots: "3" },
    flags: { quiet: true },
    positionals: ["here"],
  });
  expect(parse("--bots=3").texts).toEqual({ bots: "3" });
});

test("an unknown option is answered with those that exist and the one that was meant", () => {
  expect(() => parse("--bost", "3")).toThrow(
    new UsageError("ows dev has no option --bost; its options are --bots, --quiet. Did you mean --bots?"),
  );
});

test("a value that is missing or too many is named", () => {
  expect(() => parse("--bots")).toThrow("--bots needs a value: --bots <N>");
  expect(() => parse("--bots", "--quiet")).toThrow("--bots needs a value");
  expect(() => parse("--quiet=yes")).toThrow("--quiet takes no value, got yes");
});

test("a number outside its range is refused with the range", () => {
  const number = (text: string) => integerOption(parse("--bots", text), "bots", 0, 100);
  expect(number("0")).toBe(0);
  for (const wrong of ["101", "1.5", "many", "0x10", ""]) {
    expect(() => number(wrong)).toThrow(`--bots expects a whole number from 0 to 100, got ${wrong}`);
  }
  expect(integerOption(parse(), "bots", 0, 100)).toBeUndefined();
});

test("a command of options only says so", () => {
  expect(() => refusePositionals("dev", parse("now"))).toThrow("ows dev takes options only, got now");
});
