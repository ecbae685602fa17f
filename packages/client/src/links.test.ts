import type { EntityId, Epoch } from "@ows/base";
import { expect, test } from "vitest";
import {
  IDLE_LINK_MS,
  type LinksEffect,
  type LinksEvent,
  type LinksState,
  linksDeadlineMs,
  MAX_WARM_LINKS,
  NO_LINKS,
  stepLinks,
  WAIT_FOR_WELCOME_MS,
} from "./links.ts";

const join = (link: number, mode: "ticket" | "resume" = "ticket"): LinksEvent => ({
  ...{ kind: "join", link, url: `ws://${link}`, mode, token: `t${link}` },
});
const prepare = (link: number, server: number, token = `h${link}`): LinksEvent => ({
  ...{ kind: "prepare", link, server, url: `ws://${server}`, token },
});
const opened = (link: number): LinksEvent => ({ kind: "opened", link });
const lost = (link: number): LinksEvent => ({ kind: "lost", link });
const tick: LinksEvent = { kind: "tick" };
const welcome = (link: number, server: number, epoch: number | Epoch, entity = 7): LinksEvent => ({
  kind: "welcome",
  link,
  server,
  entity: entity as EntityId,
  epoch: typeof epoch === "number" ? { term: 1, count: epoch } : epoch,
});
/** In the world on link 1, of server 10, at epoch 1.5. */
const inWorld = [
  [0, join(1)],
  [1, opened(1)],
  [5, welcome(1, 10, 5)],
] as const;

test("an avatar goes to the next server and back on links that stand", () => {
  expect(
    trace([
      ...inWorld,
      [100, prepare(2, 20)],
      [105, opened(2)],
      [200, welcome(2, 20, 6)],
      [300, prepare(3, 10)],
      [400, welcome(1, 10, 7)],
      [500, prepare(4, 20)],
      [600, welcome(2, 20, 8)],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    105 ms  opened 2 -> obeys 1, warm 2  attach 2 by handoff h2
    200 ms  welcome 2 1.6 -> obeys 2, warm 1  obey 2
    300 ms  prepare server 10 -> obeys 2, warm 1  attach 1 by handoff h3
    400 ms  welcome 1 1.7 -> obeys 1, warm 2  obey 1
    500 ms  prepare server 20 -> obeys 1, warm 2  attach 2 by handoff h4
    600 ms  welcome 2 1.8 -> obeys 2, warm 1  obey 2"
  `);
});

test("a link that was not open yet tells only the newest token", () => {
  expect(
    trace([...inWorld, [100, prepare(2, 20, "old")], [110, prepare(3, 20, "new")], [120, opened(2)]]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    110 ms  prepare server 20 -> obeys 1, warm 2
    120 ms  opened 2 -> obeys 1, warm 2  attach 2 by handoff new"
  `);
});

test("an older or equal ownership on another link is not obeyed, by count and by term", () => {
  expect(
    trace([
      ...inWorld,
      [100, prepare(2, 20)],
      [105, opened(2)],
      [110, welcome(2, 20, 5)],
      [120, welcome(2, 20, { term: 0, count: 9 })],
      [130, welcome(2, 20, { term: 2, count: 1 })],
      [140, welcome(1, 10, 8)],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    105 ms  opened 2 -> obeys 1, warm 2  attach 2 by handoff h2
    110 ms  welcome 2 1.5 -> unchanged
    120 ms  welcome 2 0.9 -> unchanged
    130 ms  welcome 2 2.1 -> obeys 2, warm 1  obey 2
    140 ms  welcome 1 1.8 -> unchanged"
  `);
});

test("a handoff that was declared void is a new Welcome of the same server", () => {
  expect(trace([...inWorld, [100, prepare(2, 20)], [200, welcome(1, 10, 7)]])).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    200 ms  welcome 1 1.7 -> obeys 1, warm 2  obey 1"
  `);
});

test("the loss of a silent link is nothing", () => {
  expect(trace([...inWorld, [100, prepare(2, 20)], [110, lost(2)], [120, lost(2)]])).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    110 ms  lost 2 -> obeys 1
    120 ms  lost 2 -> unchanged"
  `);
});

test("when the active link breaks, a warm one may bring the avatar within a second", () => {
  expect(
    trace([
      ...inWorld,
      [100, prepare(2, 20)],
      [110, lost(1)],
      [1_109, tick],
      [1_109, welcome(2, 20, 6)],
      [2_000, tick],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    110 ms  lost 1 -> nobody, warm 2, until 1110
    1109 ms  tick -> unchanged
    1109 ms  welcome 2 1.6 -> obeys 2  obey 2
    2000 ms  tick -> unchanged"
  `);
});

test("a second without a Welcome ends the wait, and a late one is obeyed all the same", () => {
  expect(
    trace([
      ...inWorld,
      [100, prepare(2, 20)],
      [110, lost(1)],
      [110 + WAIT_FOR_WELCOME_MS, tick],
      [1_111, { kind: "hang-up" }],
      [1_112, join(3, "resume")],
      [1_300, welcome(2, 20, { term: 2, count: 1 })],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    110 ms  lost 1 -> nobody, warm 2, until 1110
    1110 ms  tick -> nobody, warm 2  LOST
    1111 ms  hang-up -> nobody, warm 2
    1112 ms  join 3 -> nobody, joins 3, warm 2  open 3
    1300 ms  welcome 2 2.1 -> obeys 2  close 3, obey 2"
  `);
});

test("with no link left to wait for the wait is over", () => {
  expect(trace([...inWorld, [100, prepare(2, 20)], [110, lost(1)], [150, lost(2)]])).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    110 ms  lost 1 -> nobody, warm 2, until 1110
    150 ms  lost 2 -> nobody  LOST"
  `);
});

test("a resume at a server that still has an older ownership fails", () => {
  expect(
    trace([...inWorld, [100, lost(1)], [101, join(2, "resume")], [110, welcome(2, 10, 4)]]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  lost 1 -> nobody  LOST
    101 ms  join 2 -> nobody, joins 2  open 2
    110 ms  welcome 2 1.4 -> nobody  close 2, LOST"
  `);
});

test("a resume at the same ownership succeeds, and the backend may say anything", () => {
  expect(
    trace([
      ...inWorld,
      [100, lost(1)],
      [101, join(2, "resume")],
      [110, welcome(2, 10, 5)],
      [200, lost(2)],
      [201, join(3)],
      [210, welcome(3, 30, 1)],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  lost 1 -> nobody  LOST
    101 ms  join 2 -> nobody, joins 2  open 2
    110 ms  welcome 2 1.5 -> obeys 2  obey 2
    200 ms  lost 2 -> nobody  LOST
    201 ms  join 3 -> nobody, joins 3  open 3
    210 ms  welcome 3 1.1 -> obeys 3  obey 3"
  `);
});

test("a silent link is closed when it was of no use for half a minute", () => {
  expect(
    trace([...inWorld, [100, prepare(2, 20)], [100 + IDLE_LINK_MS - 1, tick], [100 + IDLE_LINK_MS, tick]]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    30099 ms  tick -> unchanged
    30100 ms  tick -> obeys 1  close 2"
  `);
});

test("silent links are few: the one that was of use longest ago goes", () => {
  const prepared = Array.from({ length: MAX_WARM_LINKS }, (_, i) => [100 + i, prepare(2 + i, 20 + i)] as const);
  expect(
    trace([...inWorld, ...prepared, [200, prepare(8, 20, "again")], [300, prepare(9, 99)]]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    101 ms  prepare server 21 -> obeys 1, warm 2 3  open 3
    102 ms  prepare server 22 -> obeys 1, warm 2 3 4  open 4
    103 ms  prepare server 23 -> obeys 1, warm 2 3 4 5  open 5
    200 ms  prepare server 20 -> obeys 1, warm 3 4 5 2
    300 ms  prepare server 99 -> obeys 1, warm 4 5 2 9  close 3, open 9"
  `);
});

test("an avatar that is given up takes its links along, and the next one starts from any ownership", () => {
  expect(
    trace([
      ...inWorld,
      [100, prepare(2, 20)],
      [200, { kind: "hang-up" }],
      [200, { kind: "forget" }],
      [300, join(3)],
      [310, welcome(3, 10, 1, 8)],
      [320, welcome(2, 20, 9)],
    ]),
  ).toMatchInlineSnapshot(`
    "0 ms  join 1 -> nobody, joins 1  open 1
    1 ms  opened 1 -> nobody, joins 1  attach 1 by ticket t1
    5 ms  welcome 1 1.5 -> obeys 1  obey 1
    100 ms  prepare server 20 -> obeys 1, warm 2  open 2
    200 ms  hang-up -> nobody, warm 2  close 1
    200 ms  forget -> nobody  close 2
    300 ms  join 3 -> nobody, joins 3  open 3
    310 ms  welcome 3 1.1 -> obeys 3  obey 3
    320 ms  welcome 2 1.9 -> unchanged"
  `);
});

function trace(script: readonly (readonly [number, LinksEvent])[]): string {
  let state = NO_LINKS;
  return script
    .map(([nowMs, event]) => {
      const next = stepLinks(state, event, nowMs);
      const isSame = next.state === state && next.effects.length === 0;
      state = next.state;
      const outcome = isSame ? "unchanged" : `${describe(state)}  ${next.effects.map(name).join(", ")}`;
      return `${nowMs} ms  ${nameOf(event)} -> ${outcome}`.trimEnd();
    })
    .join("\n");
}

function nameOf(event: LinksEvent): string {
  const epoch = event.kind === "welcome" ? ` ${event.epoch.term}.${event.epoch.count}` : "";
  const server = event.kind === "prepare" ? ` server ${event.server}` : "";
  return `${event.kind}${"link" in event && event.kind !== "prepare" ? ` ${event.link}` : ""}${server}${epoch}`;
}

function describe(state: LinksState): string {
  const parts = [
    state.active === undefined ? "nobody" : `obeys ${state.active.link}`,
    ...(state.joining === undefined ? [] : [`joins ${state.joining.link}`]),
    ...(state.warm.length === 0 ? [] : [`warm ${state.warm.map(({ link }) => link).join(" ")}`]),
  ];
  if (state.waitsUntilMs !== undefined) parts.push(`until ${linksDeadlineMs(state)}`);
  return parts.join(", ");
}

function name(effect: LinksEffect): string {
  if (effect.kind === "lost") return "LOST";
  return `${effect.kind} ${effect.link}${effect.kind === "attach" ? ` by ${effect.mode} ${effect.token}` : ""}`;
}
