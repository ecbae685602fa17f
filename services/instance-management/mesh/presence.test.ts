import { ManualClock } from "@ows/base";
import { expect, test } from "vitest";
import { Presence } from "./presence.ts";

const [S, T] = [41, 42];

test("a character is where it was told last, and its former server's goodbye is no departure", () => {
  const presence = new Presence(new ManualClock());
  expect(presence.present(S, "Oak")).toEqual([{ kind: "character-arrived", zoneInstanceId: S, characterName: "Oak" }]);
  expect(presence.present(T, "oak")).toEqual([
    { kind: "character-arrived", zoneInstanceId: T, characterName: "oak" },
    { kind: "character-moved", from: S, to: T, characterName: "oak" },
  ]);
  expect(presence.absent(S, "Oak")).toEqual([]);
  expect(presence.serverOf("OAK")).toBe(T);
  expect(presence.absent(T, "Oak")).toEqual([{ kind: "character-left", zoneInstanceId: T, characterName: "Oak" }]);
  expect(presence.serverOf("Oak")).toBeUndefined();
});

test("an eviction that came too late is passed on to where the character is", () => {
  const presence = new Presence(new ManualClock());
  const left = [{ kind: "character-left", zoneInstanceId: S, characterName: "Oak" }];
  expect(presence.evicted(S, "Oak", false)).toEqual(left);
  presence.present(S, "Oak");
  expect(presence.evicted(S, "Oak", false)).toEqual([]);
  presence.present(T, "Oak");
  expect(presence.evicted(S, "Oak", false)).toEqual([
    { kind: "character-moved", from: S, to: T, characterName: "Oak" },
  ]);
  presence.present(S, "Oak");
  expect(presence.evicted(S, "Oak", true)).toEqual(left);
});

test("what a server said counts more than a claim for two seconds, and nothing once it is dead", () => {
  const clock = new ManualClock();
  const presence = new Presence(clock);
  presence.present(S, "Oak");
  clock.advance(1_999);
  expect(presence.isFresh("oak")).toBe(true);
  clock.advance(1);
  expect(presence.isFresh("oak")).toBe(false);
  presence.present(S, "Oak");
  presence.forget(S);
  expect([presence.serverOf("Oak"), presence.isFresh("Oak")]).toEqual([undefined, false]);
});
