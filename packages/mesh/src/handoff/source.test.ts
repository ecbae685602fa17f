import { formatEpoch } from "@ows/base";
import { expect, test } from "vitest";
import { escrow, given, members, owned, root } from "./handoff.test-kit.ts";
import {
  beginHandoff,
  defaultSourceRules,
  type SourceEvent,
  type SourceState,
  stepSource,
  tellingDue,
} from "./source.ts";
import { effectName } from "./transitions.ts";

const prepare = {
  kind: "prepare",
  root,
  members,
  classes: [1, 1],
  character: undefined,
  at: { x: 0, y: 0 },
  partitionVersion: 1,
} as const;
const rules = defaultSourceRules;

/** One line per step: when, what came, where it led, what it did. */
function trace(events: readonly (readonly [nowMs: number, event: SourceEvent<string>])[]): string {
  let state: SourceState<string> | undefined = beginHandoff<string>(prepare, 2, { nowMs: 0, rules }).state;
  const lines = ["0 begin -> preparing: send prepare"];
  for (const [nowMs, event] of events) {
    if (state === undefined) break;
    const step = stepSource(state, event, { root, nowMs, rules });
    state = step.state;
    const effects = step.effects.map((effect) => {
      const epoch = effect.kind === "own-again" ? effect.members[0]?.epoch : undefined;
      return epoch === undefined ? effectName(effect) : `${effectName(effect)} at ${formatEpoch(epoch)}`;
    });
    lines.push(
      `${nowMs} ${event.kind} -> ${state?.phase ?? "over"}${effects.length > 0 ? `: ${effects.join(", ")}` : ""}`,
    );
  }
  return lines.join("\n");
}

const ready = { kind: "ready", epoch: owned, token: "t" } as const;
const told = { kind: "state", states: ["a", "b"] } as const;
const leave = { kind: "leave", states: ["a", "b"] } as const;

test("a unit leaves when its state was sent and its client is warm, and its route ends in time", () => {
  expect(
    trace([
      [10, ready],
      [50, told],
      [60, { kind: "client-warm" }],
      [100, leave],
      [110, { kind: "complete", epoch: given }],
      [120, { kind: "durable", epoch: given }],
      [10_000, { kind: "tick" }],
      [10_110, { kind: "tick" }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 begin -> preparing: send prepare
    10 ready -> ready: warm-client
    50 state -> ready: send state
    60 client-warm -> ready
    100 leave -> released: released, send commit
    110 complete -> confirmed
    120 durable -> confirmed
    10000 tick -> confirmed
    10110 tick -> over: drop-escrow"
  `);
});

test("a commit that nobody answers is taken to the coordinator, and a void takes the unit back above the burned epoch", () => {
  expect(
    trace([
      [10, ready],
      [50, told],
      [510, leave],
      [600, { kind: "target-down" }],
      [700, { kind: "target-up" }],
      [760, { kind: "tick" }],
      [900, { kind: "resolved", epoch: given, isTaken: false }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 begin -> preparing: send prepare
    10 ready -> ready: warm-client
    50 state -> ready: send state
    510 leave -> released: released, send commit
    600 target-down -> released
    700 target-up -> released: send commit
    760 tick -> released: resolve
    900 resolved -> over: own-again at 1.6"
  `);
});

test("the target's death freezes the escrow until the coordinator has decided", () => {
  expect(
    trace([
      [10, ready],
      [50, told],
      [510, leave],
      [520, { kind: "complete", epoch: given }],
      [600, { kind: "target-dead" }],
      [20_000, { kind: "tick" }],
      [20_010, { kind: "promoted", members: [...members], term: 2 }],
      [20_020, { kind: "promoted", members: escrow, term: 2 }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 begin -> preparing: send prepare
    10 ready -> ready: warm-client
    50 state -> ready: send state
    510 leave -> released: released, send commit
    520 complete -> confirmed
    600 target-dead -> confirmed
    20000 tick -> confirmed
    20010 promoted -> confirmed
    20020 promoted -> over: own-again at 2.5"
  `);
});

test("a word of the coordinator from before the target's death is not believed", () => {
  expect(
    trace([
      [10, ready],
      [50, told],
      [510, leave],
      [600, { kind: "target-dead" }],
      [610, { kind: "resolved", epoch: given, isTaken: false }],
      [620, { kind: "superseded", members: escrow }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 begin -> preparing: send prepare
    10 ready -> ready: warm-client
    50 state -> ready: send state
    510 leave -> released: released, send commit
    600 target-dead -> released
    610 resolved -> released
    620 superseded -> over: drop-escrow"
  `);
});

test("a target that does not answer, refuses or is gone keeps the unit here", () => {
  expect(
    [
      trace([[1_000, { kind: "tick" }]]),
      trace([[5, { kind: "refused", epoch: owned, reason: "full" }]]),
      trace([
        [5, ready],
        [6, { kind: "target-down" }],
      ]),
      trace([
        [5, ready],
        [6, { kind: "stay", reason: "turned-back" }],
      ]),
    ].join("\n\n"),
  ).toMatchInlineSnapshot(`
    "0 begin -> preparing: send prepare
    1000 tick -> over: send abort, stayed

    0 begin -> preparing: send prepare
    5 refused -> over: stayed

    0 begin -> preparing: send prepare
    5 ready -> ready: warm-client
    6 target-down -> over: stayed

    0 begin -> preparing: send prepare
    5 ready -> ready: warm-client
    6 stay -> over: send abort, stayed"
  `);
});

test("what is due is the whole state first and once in a while, else what has changed, and all to leave", () => {
  const due = (sent: number, isClientWarm: boolean, mayLeave: boolean) => {
    const state = { phase: "ready", to: 2, members, token: "t", sinceMs: 0, isClientWarm, sent } as const;
    return tellingDue(state, mayLeave, { nowMs: 100, rules });
  };
  expect([due(0, true, false), due(0, true, true)]).toEqual(["state", "state"]);
  expect([due(1, true, false), due(1, false, true), due(1, true, true)]).toEqual(["delta", "delta", "leave"]);
  expect([rules.wholeEvery - 1, rules.wholeEvery].map((sent) => due(sent, false, false))).toEqual(["delta", "state"]);
});

test("nothing has changed since nothing: differences wait for the first state", () => {
  expect(
    trace([
      [10, ready],
      [50, { kind: "delta", deltas: ["", ""] }],
      [60, { kind: "state", states: ["a", "b"] }],
      [100, { kind: "delta", deltas: ["c", "d"] }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 begin -> preparing: send prepare
    10 ready -> ready: warm-client
    50 delta -> ready
    60 state -> ready: send state
    100 delta -> ready: send delta"
  `);
});
