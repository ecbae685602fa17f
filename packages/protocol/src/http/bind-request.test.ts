import { Type } from "typebox";
import { expect, test } from "vitest";
import { bindRequest } from "./bind-request.ts";
import { EMPTY_GUID } from "./guid.ts";
import { flag, float64, guid, int16, int32, int64, nullable, requiredText, text, uint8 } from "./schema.ts";

const schema = Type.Object({
  userSessionGUID: guid,
  characterName: text,
  count: int32,
  xp: int32,
  weight: float64,
  isAdmin: flag,
  playerGroupType: Type.Integer({ format: "int32", aliases: ["playerGroupTypeId"] }),
});
const defaults = {
  userSessionGUID: EMPTY_GUID,
  characterName: null,
  count: 0,
  xp: 0,
  weight: 0,
  isAdmin: false,
  playerGroupType: 0,
};

function bound(json: unknown) {
  const result = bindRequest(schema, json);
  return result.kind === "bound" ? result.value : result.errors;
}

test("missing members take .NET's defaults and unknown ones are ignored", () => {
  expect(bound({})).toEqual(defaults);
  expect(bound({ extra: 1, constructor: 2, nested: {} })).toEqual(defaults);
});

test("names match in any case, the plugin's spelling among them", () => {
  const session = "7106AF98-6395-4392-8CFD-35664E03935F";
  for (const name of ["userSessionGUId", "UserSessionGUID", "USERSESSIONGUID"]) {
    expect(bound({ [name]: session })).toEqual({ ...defaults, userSessionGUID: session.toLowerCase() });
  }
  expect(bound({ xP: 7 })).toEqual({ ...defaults, xp: 7 });
});

test("an alias stands in for its member, which wins when both are given", () => {
  expect(bound({ playerGroupTypeId: 2 })).toMatchObject({ playerGroupType: 2 });
  expect(bound({ playerGroupTypeId: 2, PlayerGroupType: "3" })).toMatchObject({ playerGroupType: 3 });
});

test("numbers may be quoted", () => {
  expect(bound({ count: "3", weight: "-2.5e1" })).toMatchObject({ count: 3, weight: -25 });
});

test.each([
  ["count", "3.5"],
  ["count", ""],
  ["count", " 3"],
  ["count", "0x10"],
  ["count", 3.5],
  ["count", 2 ** 31],
  ["count", null],
  ["count", true],
  ["weight", "NaN"],
  ["weight", "Infinity"],
  ["isAdmin", "true"],
  ["isAdmin", 1],
  ["characterName", 5],
  ["characterName", {}],
  ["userSessionGUID", ""],
  ["userSessionGUID", "7106af98639543928cfd35664e03935f"],
  ["userSessionGUID", "{7106af98-6395-4392-8cfd-35664e03935f}"],
  ["userSessionGUID", null],
])("%s = %j is refused by name", (name, value) => {
  expect(bound({ [name]: value })).toEqual({ [`$.${name}`]: [expect.stringContaining("expected")] });
});

test("all mistakes are reported together, however deep", () => {
  const deep = Type.Object({ request: Type.Object({ port: int32, list: Type.Array(Type.Object({ id: uint8 })) }) });
  const result = bindRequest(deep, { request: { port: "x", list: [{ id: 1 }, { id: 256 }] } });
  expect(result).toMatchObject({ kind: "refused" });
  expect(Object.keys(result.kind === "refused" ? result.errors : {})).toEqual([
    "$.request.port",
    "$.request.list[1].id",
  ]);
});

test("a missing wrapper is refused; a missing list is empty", () => {
  expect(bindRequest(Type.Object({ request: Type.Object({ port: int32 }) }), {})).toMatchObject({ kind: "refused" });
  expect(bindRequest(Type.Object({ list: Type.Array(int32) }), {})).toEqual({ kind: "bound", value: { list: [] } });
});

test("a list is bounded", () => {
  const list = Type.Object({ list: Type.Array(int32, { maxItems: 2 }) });
  expect(bindRequest(list, { list: [1, 2, 3] })).toMatchObject({ kind: "refused" });
});

test("ranges follow the number's kind", () => {
  const numbers = Type.Object({ a: int16, b: uint8, c: int64 });
  expect(bindRequest(numbers, { a: -32_768, b: 255, c: "9007199254740991" })).toMatchObject({ kind: "bound" });
  expect(bindRequest(numbers, { a: 32_768, b: -1, c: "9007199254740993" })).toEqual({
    kind: "refused",
    errors: { "$.a": [expect.any(String)], "$.b": [expect.any(String)], "$.c": [expect.any(String)] },
  });
});

test("our own texts are required, nullable objects are not", () => {
  const own = Type.Object({ name: requiredText, place: nullable(Type.Object({ x: float64 })) });
  expect(bindRequest(own, { name: "a" })).toEqual({ kind: "bound", value: { name: "a", place: null } });
  expect(bindRequest(own, { name: null })).toMatchObject({ kind: "refused" });
});

test("a name that means something to JavaScript is only a name", () => {
  expect(bound(JSON.parse('{"__proto__":{"isAdmin":true},"count":1}'))).toEqual({ ...defaults, count: 1 });
});
