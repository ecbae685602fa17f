import { formatEpoch } from "@ows/base";
import { expect, test } from "vitest";
import { codec, escrow, given, members, owned, root } from "./handoff.test-kit.ts";
import { beginHandoff, defaultSourceRules, type SourceEvent, type SourceState, stepSource } from "./source.ts";
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
    const step = stepSource(state, event, { root, nowMs, rules, codec });
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
const leave = { kind: "leave", states: ["a", "b"] } as const;

test("a unit leaves when its state was sent and its client is warm, and its route ends in time", () => {
  expect(
    trace([
      [10, ready],
      [50, leave],
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
    50 leave -> ready: send state
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
      [50, leave],
      [510, leave],
      [600, { kind: "target-down" }],
      [700, { kind: "target-up" }],
      [760, { kind: "tick" }],
      [900, { kind: "resolved", epoch: given, isTaken: false }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 begin -> preparing: send prepare
    10 ready -> ready: warm-client
    50 leave -> ready: send state
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
      [50, leave],
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
    50 leave -> ready: send state
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
      [50, leave],
      [510, leave],
      [600, { kind: "target-dead" }],
      [610, { kind: "resolved", epoch: given, isTaken: false }],
      [620, { kind: "superseded", members: escrow }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 begin -> preparing: send prepare
    10 ready -> ready: warm-client
    50 leave -> ready: send state
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

test("the target is told all once, then what has changed since", () => {
  let state: SourceState<string> | undefined = beginHandoff<string>(prepare, 2, { nowMs: 0, rules }).state;
  const told: unknown[] = [];
  const states = ["a", "ab", "ab"].map((text): SourceEvent<string> => ({ kind: "state", states: [text, text] }));
  for (const event of [ready, ...states]) {
    const step: ReturnType<typeof stepSource<string>> | undefined =
      state && stepSource(state, event, { root, nowMs: 10, rules, codec });
    state = step?.state;
    for (const effect of step?.effects ?? []) {
      if (effect.kind !== "send" || !("members" in effect.message)) continue;
      const { kind, members: given } = effect.message;
      told.push([kind, ...given.map((member) => ("state" in member ? member.state : undefined))]);
    }
  }
  expect(told).toEqual([
    ["state", "a", "a"],
    ["delta", "1+b", "1+b"],
    ["delta", "2+", "2+"],
  ]);
});
