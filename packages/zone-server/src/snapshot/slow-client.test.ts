import { type EntityId, ID_BLOCK_SIZE, IdSource, ManualClock } from "@ows/base";
import { type ClosingCode, SNAPSHOT, SnapshotReader, schemaOf } from "@ows/protocol/game";
import { silentLogger } from "@ows/service-kit";
import { expect, test } from "vitest";
import { MemoryCharacters } from "../backend/characters.ts";
import type { ClientPipe } from "../link/game-connection.ts";
import { ClaimMover } from "../players/claim-mover.ts";
import { Players } from "../players/players.ts";
import { SaveQueue } from "../players/save-queue.ts";
import { meadow } from "../testing/meadow-game.test-kit.ts";
import { TickTimes } from "../tick/tick-times.ts";
import { anyGame } from "../world/any-game.ts";
import { HandlerFaults } from "../world/handler-faults.ts";
import { World } from "../world/world.ts";
import { SnapshotSender } from "./snapshot-sender.ts";

const schema = schemaOf(meadow);

/** A connection whose network takes what it likes. */
class FakePipe implements ClientPipe {
  isOpen = true;
  unsentBytes = 0;
  closedFor: ClosingCode | undefined;
  readonly snapshots: Uint8Array[] = [];
  send(bytes: Uint8Array): void {
    if (bytes[0] === SNAPSHOT) this.snapshots.push(bytes.slice());
  }
  close(code: ClosingCode): void {
    this.closedFor ??= code;
  }
}

/** A zone of 20 sheep and one player, ticked by hand. */
function scene() {
  const clock = new ManualClock();
  const ids = new IdSource();
  ids.grant({ first: 1, size: ID_BLOCK_SIZE });
  const faults = new HandlerFaults(silentLogger());
  const world = new World({ game: anyGame(meadow), zoneName: "Flock", ids, faults, seed: 1 });
  const saves = new SaveQueue({ characters: new MemoryCharacters(), logger: silentLogger(), onRefused: () => {} });
  const claims = new ClaimMover({ characters: new MemoryCharacters(), logger: silentLogger(), onRefused: () => {} });
  const times = new TickTimes(0);
  const players = new Players({
    ...{ world, schema, saves, claims, clock, zoneInstanceId: 1, serverName: "Flock-1", viewCap: 100 },
    ...{ linkDeadMs: 10_000, saveEveryMs: 10_000, onPresence: () => {} },
  });
  const sender = new SnapshotSender({ world, schema, times, clock, viewCap: 100 });
  const pipe = new FakePipe();
  world.simulate(1, () => world.populate());
  players.arrive({
    entityId: ids.next() as EntityId,
    character: { characterName: "Ada", className: "", savedPosition: undefined, savedYaw: 0, saved: {} },
    connection: () => pipe,
    ending: () => undefined,
    onSettled: () => {},
  });
  let tick = 1;
  const run = (count: number) => {
    for (let i = 0; i < count; i++) {
      clock.advance(20);
      tick++;
      world.simulate(tick, () => {
        players.step();
        world.runSystems();
      });
      sender.begin(tick, players.all);
      sender.finish();
    }
  };
  return { pipe, run, sender };
}

test("a client that does not drain gets nothing, then everything anew", () => {
  const { pipe, run, sender } = scene();
  const reader = new SnapshotReader(schema, 0);
  const read = () => pipe.snapshots.splice(0).map((bytes) => reader.read(bytes));
  run(10);
  const introduced = read().flatMap((s) => (s.ok ? s.value.full.map(({ alias }) => alias) : []));
  expect(introduced.length).toBeGreaterThan(15);
  pipe.unsentBytes = 100_000;
  run(10);
  expect(pipe.snapshots).toEqual([]);
  expect(sender.skippedSnapshots).toBe(10);
  pipe.unsentBytes = 0;
  run(4);
  const again = read();
  expect(again.every(({ ok }) => ok)).toBe(true);
  const anew = again.flatMap((s) => (s.ok ? s.value.full.map(({ alias }) => alias) : []));
  expect(anew.sort()).toEqual(introduced.sort());
});

test("a client that does not drain for five seconds is dropped with a reason", () => {
  const { pipe, run } = scene();
  run(2);
  pipe.unsentBytes = 100_000;
  run(249);
  expect(pipe.closedFor).toBeUndefined();
  run(3);
  expect(pipe.closedFor).toBe("too-slow");
});
