import { expect, test } from "vitest";
import { stepEarlyPrepare, waitForPartition } from "./early-prepare.ts";
import { holdGhost, stepGhost } from "./ghost-copy.ts";
import {
  earlyEvents,
  ghost,
  ghostEvents,
  ghostStates,
  members,
  root,
  sourceEvents,
  sourceStates,
  sourceUnit,
  targetEvents,
  targetStates,
  targetUnit,
} from "./handoff.test-kit.ts";
import { beginHandoff, stepSource } from "./source.ts";
import { refuse, reserve, stepTarget } from "./target.ts";
import {
  effectName,
  ghostTransitions,
  sourceTransitions,
  type Transition,
  targetTransitions,
  transitionOf,
} from "./transitions.ts";

const prepare = {
  kind: "prepare",
  root,
  members,
  classes: [1, 1],
  character: undefined,
  at: { x: 0, y: 0 },
  partitionVersion: 1,
} as const;

test("every row of the source's table fires, and nothing else changes a state", () => {
  const begun = beginHandoff<string>(prepare, 2, sourceUnit);
  const fired = new Set<Transition | undefined>([
    sourceTransitions.find((row) => row.event === "begin" && row.next === begun.state?.phase),
  ]);
  expect(begun.effects.map(effectName)).toEqual(["send prepare"]);
  for (const state of sourceStates) {
    for (const event of sourceEvents) {
      const step = stepSource(state, event, sourceUnit);
      if (step.state === state && step.effects.length === 0) continue;
      const row = transitionOf("source", state, event, step);
      expect(row, `${state.phase} + ${event.kind} -> ${step.state?.phase}`).toBeDefined();
      fired.add(row);
    }
  }
  expect(sourceTransitions.filter((row) => !fired.has(row))).toEqual([]);
});

test("every row of the target's table fires, and nothing else changes a state", () => {
  const reserved = reserve<string>(prepare, 1, "t", targetUnit);
  const refused = refuse<string>(prepare, 1, "full");
  const fired = new Set<Transition | undefined>(
    targetTransitions.filter(
      ({ event, effects: [effect] }) =>
        event === "prepare" && [...reserved.effects, refused].map(effectName).includes(effect ?? ""),
    ),
  );
  for (const state of targetStates) {
    for (const event of targetEvents) {
      const step = stepTarget(state, event, targetUnit);
      if (step.state === state && step.effects.length === 0) continue;
      const row = transitionOf("target", state, event, step);
      expect(row, `${state.phase} + ${event.kind} -> ${step.state?.phase}`).toBeDefined();
      fired.add(row);
    }
  }
  const early = waitForPartition<string>(prepare, 1, { ...targetUnit, nowMs: targetUnit.nowMs - 250 });
  fired.add(transitionOf("target", { phase: "none" }, prepare, { state: early, effects: [] }));
  for (const event of earlyEvents) {
    const step = stepEarlyPrepare(early, event, targetUnit.nowMs);
    if (step.state === early && step.effects.length === 0) continue;
    const row = transitionOf("target", early, event, step);
    expect(row, `early + ${event.kind} -> ${step.state?.phase}`).toBeDefined();
    fired.add(row);
  }
  expect(targetTransitions.filter((row) => !fired.has(row))).toEqual([]);
});

test("every row of the ghosts' table fires, and nothing else changes a state", () => {
  const begun = holdGhost(ghost);
  const fired = new Set<Transition | undefined>([
    ghostTransitions.find((row) => row.state === "none" && row.next === begun.state?.phase),
  ]);
  for (const state of ghostStates) {
    for (const event of ghostEvents) {
      const step = stepGhost(state, event);
      if (step.state === state && step.effects.length === 0) continue;
      const row = transitionOf("ghost", state, event, step);
      expect(row, `${state.phase} + ${event.kind} -> ${step.state?.phase}`).toBeDefined();
      fired.add(row);
    }
  }
  expect(ghostTransitions.filter((row) => !fired.has(row))).toEqual([]);
});

test("no two rows of a table begin alike and end alike", () => {
  for (const table of [sourceTransitions, targetTransitions, ghostTransitions]) {
    const keys = table.map(({ state, event, next, effects }) => [state, event, next, ...effects].join("/"));
    expect(new Set(keys).size).toBe(keys.length);
  }
});
