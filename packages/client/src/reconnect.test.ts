import { Prng } from "@ows/base";
import type { Closing } from "@ows/protocol/game";
import { expect, test } from "vitest";
import {
  defaultReconnectPolicy,
  type LinkEvent,
  type LinkStep,
  linkDeadlineMs,
  startLink,
  stepLink,
} from "./reconnect.ts";

test("the first way in is tried again for a while, then given up with the last reason", () => {
  const down: LinkEvent = { kind: "failed", message: "can't be reached", mayPass: true };
  expect(
    trace(false, [
      [10, down],
      [400, { kind: "tick" }],
      [410, down],
      [21_000, { kind: "tick" }],
      [21_010, down],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  start -> joining by backend  join
    10 ms  failed -> waiting for 203 ms, then backend  hang-up
    400 ms  tick -> joining by backend  join
    410 ms  failed -> waiting for 422 ms, then backend  hang-up
    21000 ms  tick -> joining by backend  join
    21010 ms  failed -> closed gave-up: can't be reached (can retry)  hang-up"
  `);
});

test("a lost link is resumed at once, and through the backend when its server does not answer", () => {
  const lost: LinkEvent = { kind: "lost", message: "lost" };
  expect(
    trace(true, [
      [5, { kind: "attached" }],
      [100, lost],
      [101, lost],
      [400, { kind: "tick" }],
      [401, lost],
      [900, { kind: "tick" }],
      [950, { kind: "attached" }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  start -> joining by resume  resume
    5 ms  attached -> in-world
    100 ms  lost -> joining by resume  hang-up resume
    101 ms  lost -> waiting for 203 ms, then resume  hang-up
    400 ms  tick -> joining by resume  resume
    401 ms  lost -> waiting for 422 ms, then backend  hang-up
    900 ms  tick -> joining by backend  join
    950 ms  attached -> in-world"
  `);
});

test("a refused resume token leads to the backend at once", () => {
  expect(
    trace(true, [
      [5, closing("refused", true)],
      [50, { kind: "attached" }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  start -> joining by resume  resume
    5 ms  closing refused -> joining by backend  hang-up forget join
    50 ms  attached -> in-world"
  `);
});

test("a stopping server is left alone as long as it asks for, then the backend is asked", () => {
  expect(
    trace(false, [
      [5, { kind: "attached" }],
      [100, closing("stopping", true, 1500)],
      [1599, { kind: "tick" }],
      [1600, { kind: "tick" }],
    ]),
  ).toMatchInlineSnapshot(`
      "0 ms  start -> joining by backend  join
      5 ms  attached -> in-world
      100 ms  closing stopping -> waiting for 1500 ms, then backend  hang-up forget
      1599 ms  tick -> unchanged
      1600 ms  tick -> joining by backend  join"
    `);
});

test("a client that was replaced stays away until its player wants it back", () => {
  expect(
    trace(false, [
      [5, { kind: "attached" }],
      [100, closing("replaced", false)],
      [200, { kind: "lost", message: "lost" }],
      [5000, { kind: "retry" }],
    ]),
  ).toMatchInlineSnapshot(`
      "0 ms  start -> joining by backend  join
      5 ms  attached -> in-world
      100 ms  closing replaced -> closed replaced: because (can retry)  hang-up forget
      200 ms  lost -> unchanged
      5000 ms  retry -> joining by backend  join"
    `);
});

test("another build of the game is not tried again, whatever the player presses", () => {
  expect(
    trace(false, [
      [5, closing("incompatible", false)],
      [10, { kind: "retry" }],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  start -> joining by backend  join
    5 ms  closing incompatible -> closed incompatible: because  hang-up forget
    10 ms  retry -> unchanged"
  `);
});

test("a wrong password ends the way in at once; leaving ends everything", () => {
  const wrong: LinkEvent = { kind: "failed", message: "E-mail or password is wrong.", mayPass: false };
  expect(
    trace(false, [
      [5, wrong],
      [10, { kind: "retry" }],
      [20, { kind: "leave" }],
      [30, { kind: "attached" }],
    ]),
  ).toMatchInlineSnapshot(`
      "0 ms  start -> joining by backend  join
      5 ms  failed -> closed failed: E-mail or password is wrong. (can retry)  hang-up
      10 ms  retry -> joining by backend  join
      20 ms  leave -> closed left: You left the world. (can retry)  hang-up forget
      30 ms  attached -> unchanged"
    `);
});

function closing(code: Closing["code"], retry: boolean, retryAfterMs = 0): LinkEvent {
  return { kind: "closing", closing: { type: "closing", code, reason: "because", retry, retryAfterMs } };
}

function trace(canResume: boolean, script: readonly (readonly [number, LinkEvent])[]): string {
  const prng = Prng.fromSeed("transcript");
  let step = startLink(canResume, 0);
  const lines = [`0 ms  start -> ${describe(step, 0)}`];
  for (const [nowMs, event] of script) {
    const next = stepLink(step.state, event, { nowMs, prng, policy: defaultReconnectPolicy });
    const name = event.kind === "closing" ? `closing ${event.closing.code}` : event.kind;
    const isSame = next.state === step.state && next.effects.length === 0;
    lines.push(`${nowMs} ms  ${name} -> ${isSame ? "unchanged" : describe(next, nowMs)}`.trimEnd());
    step = next;
  }
  return lines.join("\n");
}

function describe({ state, effects }: LinkStep, nowMs: number): string {
  const done = effects.length > 0 ? `  ${effects.join(" ")}` : "";
  switch (state.phase) {
    case "joining":
      return `joining by ${state.via}${done}`;
    case "waiting":
      return `waiting for ${Math.round((linkDeadlineMs(state) ?? 0) - nowMs)} ms, then ${state.via}${done}`;
    case "in-world":
      return `in-world${done}`;
    case "closed":
      return `closed ${state.code}: ${state.message}${state.canRetry ? " (can retry)" : ""}${done}`;
  }
}
