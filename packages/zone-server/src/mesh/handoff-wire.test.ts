import type { EntityId, Epoch } from "@ows/base";
import { decodeLinkMessage, encodeLinkMessage } from "@ows/protocol/mesh";
import { expect, test } from "vitest";
import { handoffFromWire, handoffToWire, type PackedHandoff } from "./handoff-wire.ts";

const root = (2 ** 40) as EntityId;
const epoch: Epoch = { term: 3, count: 4_000_000_000 };
const members = [
  { entity: root, epoch, state: [Uint8Array.of(1, 2, 3)] },
  { entity: 5 as EntityId, epoch: { term: 1, count: 1 }, state: [] },
];
const classes = ["Sheep", "Dog"];

const MESSAGES: readonly PackedHandoff[] = [
  {
    ...{ kind: "prepare", root, classes: [1, 0], character: "Ada", at: { x: -3.25, y: 900 }, partitionVersion: 7 },
    members: members.map(({ entity, epoch: at }) => ({ entity, epoch: at, state: [] })),
  },
  { kind: "ready", root, epoch, token: "token" },
  { kind: "refuse", root, epoch, reason: "full" },
  { kind: "state", root, sequence: 12, members },
  { kind: "delta", root, sequence: 13, members },
  { kind: "abort", root, epoch },
  { kind: "commit", root, members, token: "token" },
  { kind: "complete", root, epoch },
  { kind: "not-taken", root, epoch, reason: "void" },
  { kind: "durable", root, epoch },
];

test.each(MESSAGES)("$kind is the same after the way over a link", (message) => {
  const bytes = encodeLinkMessage({ $case: "handoff", value: handoffToWire(message, classes) });
  const body = decodeLinkMessage(bytes);
  if (!body.ok || body.value.$case !== "handoff") throw new Error("not a handoff");
  expect(handoffFromWire(body.value.value, classes)).toEqual(message);
});

test("a class that this build lacks is named by no number, and what makes no sense is nothing", () => {
  const prepare = handoffToWire(MESSAGES[0] as PackedHandoff, classes);
  expect(handoffFromWire(prepare, ["Dog"])).toMatchObject({ classes: [0, -1] });
  expect(handoffFromWire({ root: 0, step: prepare.step }, classes)).toBeUndefined();
  expect(handoffFromWire({ root: 9, step: prepare.step }, classes)).toBeUndefined();
  expect(handoffFromWire({ root, step: undefined }, classes)).toBeUndefined();
  if (prepare.step?.$case === "prepare") prepare.step.value.x = Number.NaN;
  expect(handoffFromWire(prepare, classes)).toBeUndefined();
  expect(
    handoffFromWire({ root, step: { $case: "commit", value: { members: [], token: "" } } }, classes),
  ).toBeUndefined();
});
