import { expect, test } from "vitest";
import type { JoinEvent } from "./messages.ts";
import { stepJoins } from "./step.ts";
import { cellar, created, joinOf, placements, reported, run, withCellar } from "./trace.test-kit.ts";

const tick: JoinEvent = { kind: "tick" };

test("joins of a cold zone share one start and are answered the moment it is ready", () => {
  const { transcript } = run(withCellar(), [
    [0, joinOf(1)],
    [10, joinOf(2)],
    [20, created(1, 42)],
    [900, { kind: "players-reported", zoneInstanceId: 42, players: 0, ready: false }],
    [1_000, reported(42, 0)],
    [1_100, joinOf(3)],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "0 ms  join -> create #1 on world server 1
    10 ms  join -> -
    20 ms  instance-created -> -
    900 ms  players-reported -> -
    1000 ms  players-reported -> join 1 to 42; join 2 to 42
    1100 ms  join -> join 3 to 42"
  `);
});

test("a hundred players at once start exactly two instances: 60 and 40", () => {
  const joins = Array.from({ length: 100 }, (_, i): [number, JoinEvent] => [0, joinOf(i + 1)]);
  const { effects } = run(withCellar(), [
    ...joins,
    [10, created(1, 41)],
    [10, created(2, 42)],
    [500, reported(41, 0)],
    [600, reported(42, 0)],
  ]);
  expect(effects.filter((effect) => effect.kind === "create-instance")).toHaveLength(2);
  expect(placements(effects)).toEqual({ 41: 60, 42: 40 });
});

test("with no room for a second instance the first one fills up to the hard cap and no further", () => {
  const joins = Array.from({ length: 100 }, (_, i): [number, JoinEvent] => [0, joinOf(i + 1)]);
  const { effects, state } = run(withCellar({}, 1), [
    ...joins,
    [10, created(1, 41)],
    [500, reported(41, 0)],
    [9_000, reported(41, 80)],
  ]);
  expect(placements(effects)).toEqual({ 41: 80 });
  expect(state.waiting.size).toBe(20);
  const { effects: answers } = run(state, [[25_000, tick]]);
  expect(answers).toHaveLength(20);
  expect(answers[0]).toMatchObject({
    outcome: {
      code: "full",
      message: "Cellar is full and no further instance could be started: world server 1 runs 1 of 1 instances",
    },
  });
});

test("a place is promised for 30 s and taken over by the player who comes", () => {
  const { transcript, state } = run(withCellar({ softPlayerCap: 2, hardPlayerCap: 2 }, 1), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, reported(41, 0)],
    [30, joinOf(2)],
    [40, reported(41, 1)],
    [50, joinOf(3)],
    [30_030, tick],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "0 ms  join -> create #1 on world server 1
    10 ms  instance-created -> -
    20 ms  players-reported -> join 1 to 41
    30 ms  join -> join 2 to 41
    40 ms  players-reported -> -
    50 ms  join -> -
    30030 ms  tick -> join 3 to 41"
  `);
  expect([...(state.instances.get(1)?.reservations.keys() ?? [])]).toEqual(["hero3"]);
});

test("an instance that names its players keeps the places of those who have not come", () => {
  const { state } = run(withCellar(), [
    [0, joinOf(1)],
    [0, joinOf(2)],
    [10, created(1, 41)],
    [15, { kind: "contact-made", zoneInstanceId: 41 }],
    [20, reported(41, 0)],
    [30, reported(41, 1)],
    [40, { kind: "character-arrived", zoneInstanceId: 41, characterName: "HERO2" }],
    [50, reported(41, 1)],
  ]);
  const instance = state.instances.get(1);
  expect([...(instance?.reservations.keys() ?? [])]).toEqual(["hero1"]);
  expect(instance?.phase).toMatchObject({ kind: "ready", reportedPlayers: 1 });
});

test("a start that never becomes ready is named after 25 s, and given up after 60 s", () => {
  const { transcript } = run(withCellar(), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [25_000, tick],
    [60_000, tick],
    [75_000, tick],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "0 ms  join -> create #1 on world server 1
    10 ms  instance-created -> -
    25000 ms  tick -> join 1 failed (timed-out): Cellar is starting but did not become ready in 25 s
    60000 ms  tick -> stop 41 (not ready after 60 s)
    75000 ms  tick -> remove 41 (not ready after 60 s)"
  `);
});

test("a start that exits is tried once more, then its waiters hear why", () => {
  const exit = (zoneInstanceId: number): JoinEvent => ({
    kind: "instance-exited",
    zoneInstanceId,
    reason: `zone server ${zoneInstanceId} exited with code 1`,
  });
  const { transcript } = run(withCellar(), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, exit(41)],
    [30, created(2, 42)],
    [40, exit(42)],
    [50, exit(42)],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "0 ms  join -> create #1 on world server 1
    10 ms  instance-created -> -
    20 ms  instance-exited -> remove 41 (zone server 41 exited with code 1); create #2 on world server 1
    30 ms  instance-created -> -
    40 ms  instance-exited -> remove 42 (zone server 42 exited with code 1); join 1 failed (start-failed): Cellar could not be started: zone server 42 exited with code 1
    50 ms  instance-exited -> -"
  `);
});

test("a spin-up that no launcher took fails its waiters at once when there is no other launcher", () => {
  const unroutable: JoinEvent = {
    kind: "start-failed",
    key: 1,
    reason: "the launcher of world server 1 does not answer",
    avoidWorldServer: true,
  };
  const alone = run(withCellar(), [
    [0, joinOf(1)],
    [10, unroutable],
  ]);
  expect(alone.transcript.split("\n")[1]).toBe(
    "10 ms  start-failed -> join 1 failed (start-failed): Cellar could not be started: the launcher of world server 1 does not answer",
  );
  const withSecond = run(withCellar(), [
    [0, joinOf(1)],
    [5, { kind: "world-server-started", worldServerId: 2, maxInstances: 10, beats: false }],
    [10, unroutable],
  ]);
  expect(withSecond.transcript.split("\n")[2]).toBe("10 ms  start-failed -> create #2 on world server 2");
});

test("without a world server a join fails at once with the text admins know", () => {
  const { effects } = run(withCellar(), [
    [0, { kind: "world-server-stopped", worldServerId: 1, reason: "its launcher has stopped" }],
    [1, joinOf(1)],
  ]);
  expect(effects).toMatchObject(
    [
      { kind: "answer", outcome: { code: "no-world-server", message: /WorldServerID is less than 1\. {2}Make sure/ } },
    ].map((effect) => ({
      ...effect,
      outcome: { ...effect.outcome, message: expect.stringMatching(effect.outcome.message) },
    })),
  );
});

test("a second login goes to the instance that holds the character, whatever the caps say", () => {
  const { effects } = run(withCellar({ softPlayerCap: 1, hardPlayerCap: 1 }), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, reported(41, 0)],
    [30, reported(41, 1)],
    [40, joinOf(2, { characterName: "Hero1", holder: 41 })],
  ]);
  expect(placements(effects)).toEqual({ 41: 2 });
});

test("a returning player finds the old instance again above the soft cap, never above the hard cap", () => {
  const { effects, state } = run(withCellar({ softPlayerCap: 1, hardPlayerCap: 2 }), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, reported(41, 0)],
    [25, reported(41, 1)],
    [30, joinOf(2, { previous: 41 })],
    [40, joinOf(3, { previous: 41 })],
  ]);
  expect(placements(effects)).toEqual({ 41: 2 });
  expect([...state.waiting.keys()]).toEqual([3]);
});

test("a traveller is sent on once the zone it leaves has saved and released it", () => {
  const start = run(withCellar(), [
    [0, { kind: "zone-known", zone: { ...withCellar().zones.get(7)!, zoneId: 8, zoneName: "Meadow" } }],
    [0, joinOf(1, { zoneId: 8 })],
    [1, created(1, 80)],
    [2, reported(80, 1)],
  ]).state;
  const { transcript } = run(start, [
    [100, joinOf(2, { characterName: "Hero1", holder: 80 })],
    [110, created(2, 41)],
    [120, reported(41, 0)],
    [130, { kind: "character-left", zoneInstanceId: 80, characterName: "hero1" }],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "100 ms  join -> create #2 on world server 1
    110 ms  instance-created -> -
    120 ms  players-reported -> evict Hero1 from 80
    130 ms  character-left -> join 2 to 41"
  `);
});

test("a server whose heartbeats stop is stopped, and gets nobody although they come back", () => {
  const start = run(withCellar(), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, reported(41, 1)],
  ]).state;
  const { transcript } = run(start, [
    [60_019, tick],
    [60_020, tick],
    [60_500, reported(41, 1)],
    [60_600, joinOf(2, { previous: 41 })],
    [60_700, created(2, 42)],
    [60_800, reported(42, 0)],
    [75_020, tick],
    [75_500, reported(41, 1)],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "60019 ms  tick -> -
    60020 ms  tick -> stop 41 (no heartbeat for 60 s)
    60500 ms  players-reported -> -
    60600 ms  join -> create #2 on world server 1
    60700 ms  instance-created -> -
    60800 ms  players-reported -> join 2 to 42
    75020 ms  tick -> remove 41 (no heartbeat for 60 s)
    75500 ms  players-reported -> -"
  `);
});

test("a traveller whose zone can't be started stays where it is", () => {
  const start = run(withCellar(), [
    [0, { kind: "zone-known", zone: { ...cellar, zoneId: 8, zoneName: "Meadow" } }],
    [0, joinOf(1, { zoneId: 8 })],
    [1, created(1, 80)],
    [2, reported(80, 1)],
  ]).state;
  const { transcript } = run(start, [
    [100, joinOf(2, { characterName: "Hero1", holder: 80 })],
    [110, { kind: "start-failed", key: 2, reason: "no map", avoidWorldServer: false }],
    [120, { kind: "start-failed", key: 3, reason: "no map", avoidWorldServer: false }],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "100 ms  join -> create #2 on world server 1
    110 ms  start-failed -> create #3 on world server 1
    120 ms  start-failed -> join 2 failed (start-failed): Cellar could not be started: no map"
  `);
});

test("a traveller's promised place starts no further server while it leaves the zone before", () => {
  const start = run(withCellar({ softPlayerCap: 1, hardPlayerCap: 1 }), [
    [0, { kind: "zone-known", zone: { ...cellar, zoneId: 8, zoneName: "Meadow" } }],
    [0, joinOf(1, { zoneId: 8 })],
    [1, created(1, 80)],
    [2, reported(80, 1)],
  ]).state;
  const { transcript } = run(start, [
    [100, joinOf(2, { characterName: "Hero1", holder: 80 })],
    [110, created(2, 41)],
    [120, reported(41, 0)],
    [125, { kind: "tick" }],
    [130, { kind: "instance-exited", zoneInstanceId: 80, reason: "crashed" }],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "100 ms  join -> create #2 on world server 1
    110 ms  instance-created -> -
    120 ms  players-reported -> evict Hero1 from 80
    125 ms  tick -> -
    130 ms  instance-exited -> remove 80 (crashed); join 2 to 41"
  `);
});

test("an empty instance stops after its minutes, counted from its start when nobody ever came", () => {
  const start = run(withCellar({ minutesToShutdownAfterEmpty: 2 }), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, reported(41, 0)],
    [25, { kind: "join-cancelled", joinId: 1 }],
  ]).state;
  const beats = [30_000, 60_000, 90_000, 119_000].map((atMs): [number, JoinEvent] => [atMs, reported(41, 0)]);
  const { transcript } = run(start, [
    ...beats,
    [120_020, tick],
    [121_000, { kind: "instance-exited", zoneInstanceId: 41, reason: "zone server 41 exited with code 0" }],
  ]);
  expect(transcript.split("\n").slice(-3)).toEqual([
    "119000 ms  players-reported -> -",
    "120020 ms  tick -> stop 41 (empty)",
    "121000 ms  instance-exited -> remove 41 (empty)",
  ]);
});

test("a zone that is kept running starts by itself, stays when empty, and comes back after growing pauses", () => {
  const state = withCellar({ keepRunning: true });
  expect([...state.instances.values()].map((instance) => instance.reason)).toEqual(["kept running"]);
  const exit = (zoneInstanceId: number): JoinEvent => ({ kind: "instance-exited", zoneInstanceId, reason: "crashed" });
  const { transcript } = run(state, [
    [10, created(1, 41)],
    [20, exit(41)],
    [1_020, tick],
    [1_030, created(2, 42)],
    [1_040, exit(42)],
    [2_040, tick],
    [3_040, tick],
    [3_050, created(3, 43)],
    [3_060, reported(43, 0)],
    [60_000, reported(43, 0)],
    [110_000, reported(43, 0)],
    [120_000, exit(43)],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "10 ms  instance-created -> -
    20 ms  instance-exited -> remove 41 (crashed)
    1020 ms  tick -> create #2 on world server 1
    1030 ms  instance-created -> -
    1040 ms  instance-exited -> remove 42 (crashed)
    2040 ms  tick -> -
    3040 ms  tick -> create #3 on world server 1
    3050 ms  instance-created -> -
    3060 ms  players-reported -> -
    60000 ms  players-reported -> -
    110000 ms  players-reported -> -
    120000 ms  instance-exited -> remove 43 (crashed); create #4 on world server 1"
  `);
});

test("nobody is sent to an instance whose contact is lost; it is given up when contact does not come back", () => {
  const start = run(withCellar(), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, reported(41, 0)],
    [30, { kind: "contact-lost", zoneInstanceId: 41, reason: "control link closed" }],
  ]).state;
  const back = run(start, [
    [40, joinOf(2)],
    [50, { kind: "contact-made", zoneInstanceId: 41 }],
  ]);
  expect(back.transcript.split("\n")).toEqual(["40 ms  join -> -", "50 ms  contact-made -> join 2 to 41"]);
  const lost = run(start, [
    [40, joinOf(2)],
    [5_030, tick],
  ]);
  expect(lost.transcript.split("\n")).toEqual([
    "40 ms  join -> -",
    "5030 ms  tick -> stop 41 (contact lost); create #2 on world server 1",
  ]);
});

test("rows found at a restart are believed only when heard of, and dropped when their launcher does not run them", () => {
  const row = { zoneId: 7, groupId: 0, worldServerId: 1, reportedPlayers: 3, createdAtMs: 0 } as const;
  const start = run(withCellar(), [
    [
      100_000,
      {
        kind: "recovered",
        worldServers: [{ worldServerId: 1, maxInstances: 10, beats: true }],
        instances: [
          { ...row, zoneInstanceId: 41, status: "ready", lastUpdateAtMs: 99_000, lastEmptyAtMs: null },
          { ...row, zoneInstanceId: 42, status: "ready", lastUpdateAtMs: 99_000, lastEmptyAtMs: null },
        ],
      },
    ],
    [100_001, joinOf(1)],
  ]);
  expect(start.effects).toEqual([]);
  const { transcript } = run(start.state, [
    [100_500, { kind: "launcher-heartbeat", worldServerId: 1, running: [42, 99] }],
    [101_000, reported(42, 3)],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "100500 ms  launcher-heartbeat -> remove 41 (launcher 1 does not run zone server 41); stop 99 (nobody knows this instance)
    101000 ms  players-reported -> join 1 to 42"
  `);
});

test("a launcher that restarts has forgotten what was still starting", () => {
  const { transcript } = run(withCellar(), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, { kind: "world-server-started", worldServerId: 1, maxInstances: 10, beats: false }],
  ]);
  expect(transcript.split("\n")[2]).toBe(
    "20 ms  world-server-started -> remove 41 (launcher 1 was restarted); create #2 on world server 1",
  );
});

test("a launcher that beats has ended everything before it starts again; a stock one may have left orphans", () => {
  const ready = run(withCellar(), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, reported(41, 1)],
  ]).state;
  const restarted = (beats: boolean): JoinEvent => ({
    kind: "world-server-started",
    worldServerId: 1,
    maxInstances: 10,
    beats,
  });
  expect(run(ready, [[100, restarted(false)]]).effects).toEqual([]);
  expect(run(ready, [[100, restarted(true)]]).transcript).toBe(
    "100 ms  world-server-started -> remove 41 (launcher 1 was restarted)",
  );
});

test("a launcher that beats gets its first order after its first beat: then it listens", () => {
  const { transcript } = run(withCellar({ keepRunning: true }), [
    [10, { kind: "world-server-started", worldServerId: 1, maxInstances: 10, beats: true }],
    [20, joinOf(1)],
    [30, { kind: "launcher-heartbeat", worldServerId: 1, running: [] }],
  ]);
  expect(transcript).toMatchInlineSnapshot(`
    "10 ms  world-server-started -> -
    20 ms  join -> -
    30 ms  launcher-heartbeat -> create #2 on world server 1"
  `);
});

test("a silent launcher gets no more starts", () => {
  const { effects } = run(withCellar(), [
    [0, { kind: "launcher-heartbeat", worldServerId: 1, running: [] }],
    [15_000, joinOf(1)],
  ]);
  expect(effects).toMatchObject([
    { outcome: { message: "Cellar could not be started: the launcher of world server 1 does not answer" } },
  ]);
});

test("groups have dungeons of their own and share open ground", () => {
  const script = (mapMode: number) =>
    run(withCellar({ mapMode }), [
      [0, joinOf(1, { groupId: 5 })],
      [0, joinOf(2, { groupId: 6 })],
    ]).transcript;
  expect(script(2)).toBe(
    "0 ms  join -> create #1 on world server 1 for group 5\n0 ms  join -> create #2 on world server 1 for group 6",
  );
  expect(script(1)).toBe("0 ms  join -> create #1 on world server 1\n0 ms  join -> -");
});

test("a start that was given up while its row was written leaves nothing behind", () => {
  const { transcript } = run(withCellar(), [
    [0, joinOf(1)],
    [1, { kind: "world-server-stopped", worldServerId: 1, reason: "its launcher has stopped" }],
    [2, created(1, 41)],
  ]);
  expect(transcript.split("\n")[2]).toBe("2 ms  instance-created -> remove 41 (given up before it was started)");
});

test("a zone whose caps are nonsense takes one player instead of starting servers for ever", () => {
  const { effects } = run(withCellar({ softPlayerCap: 0, hardPlayerCap: -1 }), [
    [0, joinOf(1)],
    [10, created(1, 41)],
    [20, reported(41, 0)],
  ]);
  expect(placements(effects)).toEqual({ 41: 1 });
});

test("an unknown zone and a crowd beyond the limit are refused at once", () => {
  expect(run(withCellar(), [[0, joinOf(1, { zoneId: 99 })]]).effects).toMatchObject([
    { outcome: { kind: "failed", code: "unknown-zone" } },
  ]);
  const state = { ...withCellar(), rules: { ...withCellar().rules, maxWaiting: 1 } };
  const { effects } = run(stepJoins(state, joinOf(1), 0).state, [[1, joinOf(2)]]);
  expect(effects).toMatchObject([{ joinId: 2, outcome: { kind: "failed", code: "overloaded" } }]);
});
