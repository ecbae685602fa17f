import { expect, test } from "vitest";
import { graveSentence } from "./log-file.ts";

const line = (level: number, more = {}) =>
  JSON.stringify({ level, service: "public-api", msg: "request failed", ...more });

test("errors reach the console as one sentence, the rest does not", () => {
  expect(graveSentence(line(30))).toBeUndefined();
  expect(graveSentence(line(40))).toBeUndefined();
  expect(graveSentence(line(50))).toBe("public-api: request failed");
  expect(graveSentence(line(60, { err: { message: "disk full" } }))).toBe("public-api: request failed: disk full");
});
