import { expect, test } from "vitest";
import type { JoinEvent } from "./messages.ts";
import { stepJoins } from "./step.ts";
import { cellar, created, joinOf, placements, reported, run, withCellar } from "./trace.test-kit.ts";

const tick: JoinEvent = { kind: "tick" };
const exited = (zoneInstanceId: number): JoinEvent => ({ kind: "instance-exited", zoneInstanceId, reason: "crashed" });
const meshed = (zone: Parameters<typeof withCellar>[0] = {}, maxInstances = 10) =>
  withCellar({ servers: 2, ...zone }, maxInstances);

/** Members 41 and 42 run. */
const bothReady: readonly (readonly [number, JoinEvent])[] = [
  [10, created(1, 41)],
  [10, created(2, 42)],
  [500, reported(41, 0)],
  [600, reported(42, 0)],
];

test("a join starts all servers of a meshed zone, and is answered when the first is ready", () => {
  const { transcript } = run(meshed(), [
    [0, joinOf(1)],
    [5, joinOf(2)],
    ...bothReady,
    [700, joinOf(3, { toward: [42, 41] })],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "0 ms  join -> create #1 on world server 1; create #2 on world server 1
    5 ms  join -> -
    10 ms  instance-created -> -
    10 ms  instance-created -> -
    500 ms  players-reported -> join 1 to 41; join 2 to 41
    600 ms  players-reported -> -
    700 ms  join -> join 3 to 42"
  `);
});

test("a join goes to the owner of its ground, else to the next best, else to the emptiest", () => {
  const { effects } = run(meshed(), [
    [0, joinOf(1)],
    ...bothReady,
    [700, joinOf(2, { toward: [42, 41] })],
    [710, joinOf(3, { toward: [42, 41] })],
    [720, joinOf(4, { toward: [7, 42] })],
    [730, joinOf(5)],
    [740, { kind: "contact-lost", zoneInstanceId: 42, reason: "link cut" }],
    [750, joinOf(6, { toward: [42, 41] })],
  ]);
  expect(placements(effects)).toEqual({ 41: 3, 42: 3 });
});

test("a join that waits is steered when the ground is divided", () => {
  const { transcript } = run(meshed(), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [10, created(2, 42)],
    [
      400,
      {
        kind: "joins-steered",
        toward: new Map([
          [9, [41]],
          [1, [42, 41]],
        ]),
      },
    ],
    [600, reported(42, 0)],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "0 ms  join -> create #1 on world server 1; create #2 on world server 1
    10 ms  instance-created -> -
    10 ms  instance-created -> -
    400 ms  joins-steered -> -
    600 ms  players-reported -> join 1 to 42"
  `);
});

test("the caps of a meshed zone count over all of its servers, and the hard one is never passed", () => {
  const joins = Array.from({ length: 100 }, (_, i): [number, JoinEvent] => [
    i,
    joinOf(i + 1, { toward: [41 + (i % 2)] }),
  ]);
  const { effects, state } = run(meshed(), [[0, joinOf(999)], ...bothReady, ...joins]);
  expect(placements(effects)).toEqual({ 41: 41, 42: 39 });
  expect(effects.filter((effect) => effect.kind === "create-instance")).toHaveLength(2);
  expect(run(state, [[25_099, tick]]).effects[0]).toMatchObject({
    outcome: { code: "full", message: "Cellar is full: its 2 servers have 80 of 80 players" },
  });
});

test("a character that asks again keeps one place, wherever it is sent", () => {
  const { state, effects } = run(meshed(), [
    [0, joinOf(1)],
    ...bothReady,
    [700, joinOf(2, { characterName: "Oak", toward: [41] })],
    [710, joinOf(3, { characterName: "Oak", toward: [42] })],
  ]);
  expect(placements(effects)).toEqual({ 41: 2, 42: 1 });
  const reserved = [...state.instances.values()].map((instance) => [...instance.reservations.keys()]);
  expect(reserved).toEqual([["hero1"], ["oak"]]);
  const arrived: JoinEvent = { kind: "character-arrived", zoneInstanceId: 41, characterName: "Oak" };
  const after = stepJoins(state, arrived, 800).state;
  expect([...after.instances.values()].map((instance) => instance.reservations.size)).toEqual([1, 0]);
});

test("a member that dies is not replaced while others live; with the last one all are started anew", () => {
  const { transcript } = run(meshed({ keepRunning: true }), [
    ...bothReady,
    [5_000, exited(41)],
    [5_010, joinOf(1, { toward: [42] })],
    [5_020, exited(42)],
    [6_020, tick],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "10 ms  instance-created -> -
    10 ms  instance-created -> -
    500 ms  players-reported -> -
    600 ms  players-reported -> -
    5000 ms  instance-exited -> remove 41 (crashed)
    5010 ms  join -> join 1 to 42
    5020 ms  instance-exited -> remove 42 (crashed)
    6020 ms  tick -> create #3 on world server 1; create #4 on world server 1"
  `);
});

test("a member that dies before any was ready takes the others with it, and counts as one failed start", () => {
  const { transcript, state } = run(meshed(), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [10, created(2, 42)],
    [100, exited(41)],
    [200, exited(42)],
    [300, created(3, 43)],
    [300, created(4, 44)],
    [400, reported(44, 0)],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "0 ms  join -> create #1 on world server 1; create #2 on world server 1
    10 ms  instance-created -> -
    10 ms  instance-created -> -
    100 ms  instance-exited -> remove 41 (crashed); stop 42 (a server of its mesh instance did not start); create #3 on world server 1; create #4 on world server 1
    200 ms  instance-exited -> remove 42 (a server of its mesh instance did not start)
    300 ms  instance-created -> -
    300 ms  instance-created -> -
    400 ms  players-reported -> join 1 to 44"
  `);
  expect(state.restarts.get(7)).toMatchObject({ failures: 1 });
});

test("a launcher that stops ends all its servers of a mesh instance as one failed start", () => {
  const { state } = run(meshed(), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [10, created(2, 42)],
    [100, { kind: "world-server-stopped", worldServerId: 1, reason: "launcher stopped" }],
  ]);
  expect(state.restarts.get(7)).toMatchObject({ failures: 1 });
});

test("a mesh instance for which there is no room is not begun", () => {
  const { effects } = run(meshed({}, 1), [
    [0, joinOf(1)],
    [25_000, tick],
  ]);
  expect(effects).toMatchObject([{ kind: "answer", outcome: { kind: "failed", code: "full" } }]);
});

test("instances of a meshed zone that are found in the store are ended, and all are started anew", () => {
  const instance = { zoneId: 7, groupId: 0, worldServerId: 1, createdAtMs: 0, lastUpdateAtMs: 0, lastEmptyAtMs: null };
  const found = [41, 42].map((zoneInstanceId) => ({
    ...instance,
    zoneInstanceId,
    status: "ready" as const,
    reportedPlayers: 3,
  }));
  const { transcript } = run(meshed(), [
    [0, { kind: "recovered", worldServers: [], instances: found }],
    [50, joinOf(1, { holder: 41 })],
    [100, created(3, 43)],
    [100, created(4, 44)],
    [200, reported(43, 0)],
    [300, exited(41)],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "0 ms  recovered -> stop 41 (Cellar is shared by 2 servers now); stop 42 (Cellar is shared by 2 servers now)
    50 ms  join -> create #3 on world server 1; create #4 on world server 1
    100 ms  instance-created -> -
    100 ms  instance-created -> -
    200 ms  players-reported -> -
    300 ms  instance-exited -> remove 41 (Cellar is shared by 2 servers now); join 1 to 43"
  `);
});

test("the members of an empty mesh instance stop together", () => {
  const { transcript } = run(meshed(), [
    [0, joinOf(1)],
    ...bothReady,
    [700, reported(41, 1)],
    [30_000, reported(42, 0)],
    [50_000, reported(41, 0)],
    [90_000, reported(42, 0)],
    [90_001, reported(41, 0)],
    [110_000, tick],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "0 ms  join -> create #1 on world server 1; create #2 on world server 1
    10 ms  instance-created -> -
    10 ms  instance-created -> -
    500 ms  players-reported -> join 1 to 41
    600 ms  players-reported -> -
    700 ms  players-reported -> -
    30000 ms  players-reported -> -
    50000 ms  players-reported -> -
    90000 ms  players-reported -> -
    90001 ms  players-reported -> -
    110000 ms  tick -> stop 41 (empty); stop 42 (empty)"
  `);
});

test("a character that was handed on while it had to leave is asked for at its new owner", () => {
  const cave = { zoneId: 8, zoneName: "Cave", mapName: "CaveMap", mapMode: 1, softPlayerCap: 5, hardPlayerCap: 5 };
  const { transcript } = run(meshed({ keepRunning: true }), [
    ...bothReady,
    [650, { kind: "zone-known", zone: { ...cave, minutesToShutdownAfterEmpty: 1, keepRunning: false, servers: 1 } }],
    [700, joinOf(1, { characterName: "Oak", zoneId: 8, holder: 41 })],
    [710, { kind: "character-moved", from: 41, to: 42, characterName: "oak" }],
    [720, { kind: "character-left", zoneInstanceId: 41, characterName: "Oak" }],
    [730, created(3, 43)],
    [740, reported(43, 0)],
    [750, { kind: "character-left", zoneInstanceId: 42, characterName: "Oak" }],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "10 ms  instance-created -> -
    10 ms  instance-created -> -
    500 ms  players-reported -> -
    600 ms  players-reported -> -
    650 ms  zone-known -> -
    700 ms  join -> create #3 on world server 1
    710 ms  character-moved -> -
    720 ms  character-left -> -
    730 ms  instance-created -> -
    740 ms  players-reported -> evict Oak from 42
    750 ms  character-left -> join 1 to 43"
  `);
});

test("who lives in another zone is let go there before it is sent to a server of this one", () => {
  const attic = { ...cellar, zoneId: 8, zoneName: "Attic", servers: 1 };
  const { transcript } = run(meshed(), [
    [0, { kind: "zone-known", zone: attic }],
    [0, joinOf(1, { zoneId: 8 })],
    [10, created(1, 80)],
    [20, reported(80, 1)],
    [100, joinOf(2)],
    [110, created(2, 41)],
    [110, created(3, 42)],
    [500, reported(41, 0)],
    [600, reported(42, 0)],
    [700, joinOf(3, { characterName: "Hero1", holder: 80, toward: [42, 41] })],
    [720, { kind: "character-left", zoneInstanceId: 80, characterName: "Hero1" }],
  ]);
  expect(transcript.split("\n").slice(-2)).toEqual([
    "700 ms  join -> evict Hero1 from 80",
    "720 ms  character-left -> join 3 to 42",
  ]);
});
