import { Type } from "typebox";
import { expect, test } from "vitest";
import { dotnetDate } from "./dotnet-date.ts";
import { parseGuidHeader } from "./guid.ts";
import { projectResponse } from "./project-response.ts";
import { dateTime, int32, nullable, requiredText, text } from "./schema.ts";

test.each([
  [Date.UTC(2024, 2, 5, 10, 11, 12, 123), "2024-03-05T10:11:12.123"],
  [Date.UTC(2024, 2, 5, 10, 11, 12, 120), "2024-03-05T10:11:12.12"],
  [Date.UTC(2024, 2, 5, 10, 11, 12, 0), "2024-03-05T10:11:12"],
  [Date.UTC(2024, 2, 5, 10, 20, 0, 0), "2024-03-05T10:20:00"],
])("the date %i is %s", (wallMs, written) => {
  expect(dotnetDate(wallMs)).toBe(written);
});

test.each([
  ["7106AF98-6395-4392-8CFD-35664E03935F", "7106af98-6395-4392-8cfd-35664e03935f"],
  [" 7106af98639543928cfd35664e03935f ", "7106af98-6395-4392-8cfd-35664e03935f"],
  ["{7106af98-6395-4392-8cfd-35664e03935f}", "7106af98-6395-4392-8cfd-35664e03935f"],
  ["(7106af98-6395-4392-8cfd-35664e03935f)", "7106af98-6395-4392-8cfd-35664e03935f"],
  ["{7106af98639543928cfd35664e03935f}", undefined],
  ["{7106af98-6395-4392-8cfd-35664e03935f)", undefined],
  ["7106af98-6395-4392-8cfd-35664e03935", undefined],
  ["", undefined],
  [undefined, undefined],
])("the header %j is %j", (header, guid) => {
  expect(parseGuidHeader(header)).toBe(guid);
});

const answer = Type.Object({ name: requiredText, note: text, when: nullable(dateTime), id: int32 });

test("an answer has the schema's members in its order, nulls written, nothing else", () => {
  const record = { id: 1, passwordHash: "x", name: "Ada" };
  expect(JSON.stringify(projectResponse(answer, record))).toBe('{"name":"Ada","note":null,"when":null,"id":1}');
});

test.each([
  [{ name: null, id: 1 }, "answer $.name should be string, is null"],
  [{ name: "Ada", id: 1.5 }, "answer $.id should be integer, is 1.5"],
  [{ name: "Ada", id: Number.NaN }, "answer $.id should be integer, is NaN"],
  [{ name: "Ada", id: 1, note: 5 }, "answer $.note should be string, is 5"],
  [null, "answer $ should be object, is null"],
])("an answer that does not fit is a bug: %j", (record, message) => {
  expect(() => projectResponse(answer, record)).toThrow(message);
});

test("an inherited member is not a member", () => {
  expect(() => projectResponse(Type.Object({ toString: requiredText }), {})).toThrow("answer $.toString");
});
