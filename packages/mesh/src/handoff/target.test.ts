import { formatEpoch } from "@ows/base";
import { expect, test } from "vitest";
import { applyDelta, copy, escrow, members, owned, root } from "./handoff.test-kit.ts";
import { defaultTargetRules, reserve, stepTarget, type TargetEvent, type TargetState } from "./target.ts";
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
const rules = defaultTargetRules;

/** One line per step: when, what came, where it led, what it did. */
function trace(events: readonly (readonly [nowMs: number, event: TargetEvent<string>])[]): string {
  let state: TargetState<string> | undefined = reserve<string>(prepare, 1, "t", { nowMs: 0, rules }).state;
  const lines = ["0 prepare -> reserved: send ready"];
  for (const [nowMs, event] of events) {
    if (state === undefined) break;
    const step = stepTarget(state, event, { root, nowMs, rules, applyDelta });
    state = step.state;
    const effects = step.effects.map((effect) => {
      const epoch = effect.kind === "own" ? effect.members[0]?.epoch : undefined;
      return epoch === undefined ? effectName(effect) : `${effectName(effect)} at ${formatEpoch(epoch)}`;
    });
    lines.push(
      `${nowMs} ${event.kind} -> ${state?.phase ?? "over"}${effects.length > 0 ? `: ${effects.join(", ")}` : ""}`,
    );
  }
  return lines.join("\n");
}

const told = (sequence: number): TargetEvent<string> => ({ kind: "state", sequence, members: copy });

test("a unit that was told is owned with its commit", () => {
  expect(
    trace([
      [10, told(0)],
      [60, told(1)],
      [70, told(1)],
      [110, { kind: "commit", members: escrow }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 prepare -> reserved: send ready
    10 state -> staged: staged
    60 state -> staged: staged
    70 state -> staged
    110 commit -> over: own at 1.5, send complete"
  `);
});

test("what changed is told as differences, each from the one before it", () => {
  const [before] = copy;
  const delta = (sequence: number, added: string): TargetEvent<string> => ({
    ...{ kind: "delta", sequence },
    members: copy.map((member) => ({ ...member, state: added })),
  });
  let state: TargetState<string> | undefined = reserve<string>(prepare, 1, "t", { nowMs: 0, rules }).state;
  for (const event of [delta(0, "0+x"), told(0), delta(1, "1+a"), delta(1, "2+b"), delta(3, "2+c"), delta(2, "9+d")]) {
    state = state && stepTarget(state, event, { root, nowMs: 10, rules, applyDelta }).state;
  }
  expect(state).toMatchObject({ phase: "staged", sequence: 1 });
  expect(state?.phase === "staged" && state.copy.map((member) => member.state)).toEqual(
    copy.map(() => `${before?.state}a`),
  );
});

test("a commit needs no state before it; one of another ownership is not taken", () => {
  expect(
    trace([
      [10, { kind: "commit", members: copy }],
      [20, { kind: "commit", members: escrow }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 prepare -> reserved: send ready
    10 commit -> reserved
    20 commit -> over: own at 1.5, send complete"
  `);
});

test("a copy of a dead source's waits for the decision, however long", () => {
  expect(
    trace([
      [10, told(0)],
      [20, { kind: "source-dead" }],
      [90_000, { kind: "tick" }],
      [90_001, { kind: "abort", epoch: owned }],
      [90_002, { kind: "promoted", members: copy, term: 2 }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 prepare -> reserved: send ready
    10 state -> staged: staged
    20 source-dead -> staged
    90000 tick -> staged
    90001 abort -> staged
    90002 promoted -> over: own at 2.4"
  `);
});

test("a place is freed by an abort, by silence, by a later preparation, and by a source that died before it told anything", () => {
  expect(
    [
      trace([[5, { kind: "abort", epoch: owned }]]),
      trace([
        [5, told(0)],
        [10_000, { kind: "tick" }],
        [10_005, { kind: "tick" }],
      ]),
      trace([[5, { kind: "replaced" }]]),
      trace([[5, { kind: "source-dead" }]]),
    ].join("\n\n"),
  ).toMatchInlineSnapshot(`
    "0 prepare -> reserved: send ready
    5 abort -> over: unreserved

    0 prepare -> reserved: send ready
    5 state -> staged: staged
    10000 tick -> staged
    10005 tick -> over: unreserved

    0 prepare -> reserved: send ready
    5 replaced -> over: unreserved

    0 prepare -> reserved: send ready
    5 source-dead -> over: unreserved"
  `);
});
