import { type EntityId, type Epoch, FIRST_EPOCH, IdSource, ManualClock } from "@ows/base";
import {
  type Context,
  component,
  defineClass,
  defineGame,
  type FieldValue,
  f32,
  ref,
  system,
  text,
  u8,
  u16,
} from "@ows/game";
import type { CellId, Partition, ServerId } from "@ows/mesh";
import { dequantise, quantise, quantiseYaw, schemaOf } from "@ows/protocol/game";
import { decodeLinkMessage, encodeLinkMessage, type LinkBody } from "@ows/protocol/mesh";
import { silentLogger } from "@ows/service-kit";
import { anyGame } from "../world/any-game.ts";
import { HandlerFaults } from "../world/handler-faults.ts";
import { World } from "../world/world.ts";
import { Ghosts } from "./ghosts.ts";

export const Health = component({ now: u16, max: u16 });
export const Name = component({ text: text(16) });
export const Secret = component({ value: f32 }, { seenBy: "server" });

type Step = (me: { readonly ref: EntityId }, ctx: Context) => void;

/** One zone server's world with its ghosts, without clients. */
export type Side = ReturnType<typeof makeSide>;

const BOUNDS = { minX: -400, minY: -200, maxX: 400, maxY: 200 };
export const TICK_HZ = 20;
const TICK_MS = 1000 / TICK_HZ;

/** Every hit that was applied, by server; the game has no way to count across servers. */
export class Hits {
  readonly applied = new Map<number, number>();
}

function makeGame(hits: Hits, onTick: { step: Step }) {
  const Fighter = defineClass("Fighter", {
    components: { Health, Name, Secret },
    maxSpeed: 40,
    calls: { hurt: { by: ref, number: u16, amount: u8 }, later: {}, fail: {}, huge: {} },
    onCall: {
      hurt(me, { number, amount }) {
        hits.applied.set(number, (hits.applied.get(number) ?? 0) + 1);
        me.Health.now -= amount;
        return { left: me.Health.now };
      },
      async later() {
        await Promise.resolve();
        return "later";
      },
      fail() {
        throw new Error("no");
      },
      huge: () => "x".repeat(100_000),
    },
    timers: { ring() {} },
  });
  const Stone = defineClass("Stone", { components: { Health } });
  return anyGame(
    defineGame({
      tickHz: TICK_HZ,
      viewRadius: 100,
      classes: [Fighter, Stone],
      player: Fighter,
      zones: { default: { bounds: BOUNDS } },
      inputs: {},
      join: (_player, ctx) => ctx.spawn(Fighter, { at: { x: 0, y: 0, z: 0 } }),
      everyTick: { step: system([Fighter], (me, ctx) => onTick.step(me, ctx)) },
    }),
  );
}

function makeSide(options: {
  readonly self: ServerId;
  readonly clock: ManualClock;
  readonly hits: Hits;
  readonly wire: Wire;
}) {
  const { self, clock, hits, wire } = options;
  const onTick: { step: Step } = { step: () => {} };
  const game = makeGame(hits, onTick);
  const ids = new IdSource();
  ids.grant({ first: self * 1_000_000, size: 100_000 });
  const world = new World({ game, zoneName: "Field", ids, faults: new HandlerFaults(silentLogger()), seed: self });
  const epochs = new Map<EntityId, Epoch>();
  const told: { id: EntityId; name: string }[] = [];
  const events: { name: string; z: number; radius: number }[] = [];
  world.audience = {
    emit: (name, _json, at, radius) => events.push({ name, z: at.z, radius }),
    tell: (id, name) => told.push({ id, name }),
    save: () => {},
    removing: () => {},
  };
  const ghosts = new Ghosts({
    world,
    schema: schemaOf(game),
    self,
    clock,
    epochOf: (id) => {
      const slot = world.store.slotOf(id);
      return slot === undefined || world.store.isGhost(slot) ? undefined : (epochs.get(id) ?? FIRST_EPOCH);
    },
    links: {
      send: (peer, body) => wire.send(self, peer, { body: encodeLinkMessage(body) }),
      sendBulk: (peer, bytes) => wire.send(self, peer, { bulk: bytes }),
      unsentBytes: (peer) => wire.unsent.get(`${self}>${peer}`) ?? 0,
      isUp: (peer) => !wire.isCut(self, peer),
    },
  });
  return { self, world, ghosts, epochs, onTick, told, events };
}

type Packet = { readonly body?: Uint8Array; readonly bulk?: Uint8Array };

/** Connections between all sides: packets arrive in order when `deliver` says so, or not at all once cut. */
class Wire {
  readonly unsent = new Map<string, number>();
  readonly #cut = new Set<string>();
  readonly #packets = new Map<string, Packet[]>();
  bulkBytes = 0;

  isCut(a: ServerId, b: ServerId): boolean {
    return this.#cut.has(keyOf(a, b));
  }

  send(from: ServerId, to: ServerId, packet: Packet): boolean {
    if (this.isCut(from, to)) return false;
    const key = `${from}>${to}`;
    const waiting = this.#packets.get(key) ?? [];
    this.#packets.set(key, [...waiting, packet]);
    this.bulkBytes += packet.bulk?.length ?? 0;
    return true;
  }

  take(from: ServerId, to: ServerId, atMost: number): Packet[] {
    const waiting = this.#packets.get(`${from}>${to}`) ?? [];
    this.#packets.set(`${from}>${to}`, waiting.slice(atMost));
    return waiting.slice(0, atMost);
  }

  cut(a: ServerId, b: ServerId): void {
    this.#cut.add(keyOf(a, b));
    this.#packets.delete(`${a}>${b}`);
    this.#packets.delete(`${b}>${a}`);
  }

  mend(a: ServerId, b: ServerId): void {
    this.#cut.delete(keyOf(a, b));
  }
}

const keyOf = (a: ServerId, b: ServerId): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

/** Cells of 200 m: the left half below and above, then the right one. */
const CELLS_OF: Readonly<Record<number, readonly ServerId[]>> = {
  2: [1, 1, 1, 1, 2, 2, 2, 2],
  4: [1, 3, 1, 3, 2, 4, 2, 4],
};

function partitionOf(servers: number): Partition {
  const owners = CELLS_OF[servers] ?? [];
  const cells = owners.map((owner, i) => [`0-${Math.floor(i / 2)}-${i % 2}` as CellId, owner] as const);
  return { version: 1, cells: new Map(cells) };
}

/** Several worlds that share a zone of 800 × 400 m, joined in memory: 1 left and 2 right, or four that meet in a corner. */
export class SharedGround {
  readonly clock = new ManualClock(1_000);
  readonly hits = new Hits();
  readonly wire = new Wire();
  readonly sides: readonly Side[];
  readonly partition: Partition;
  tick = 100;

  constructor(servers: 2 | 4 = 2) {
    const { clock, hits, wire } = this;
    const selves = Array.from({ length: servers }, (_, i) => i + 1);
    this.partition = partitionOf(servers);
    this.sides = selves.map((self) => makeSide({ self, clock, hits, wire }));
    for (const side of this.sides) {
      side.ghosts.setPartition(this.partition);
      for (const other of selves) if (other !== side.self) side.ghosts.peerUp(other);
    }
  }

  side(self: ServerId): Side {
    return this.sides[self - 1] as Side;
  }

  spawn(self: ServerId, x: number, y = 0): EntityId {
    const { world } = this.side(self);
    let id = 0 as EntityId;
    world.simulate(this.tick, () => {
      const [fighter] = world.game.definition.classes;
      if (fighter === undefined) throw new Error("the game has classes");
      id = world.zoneContext.spawn(fighter, { at: { x, y, z: 1 }, Health: { now: 60_000, max: 60_000 } } as never).ref;
    });
    return id;
  }

  /** One tick on every side; what was sent, or the first packets of each link, arrives before the next one. */
  step(onStep: (side: Side) => void = () => {}, deliverAtMost = Number.POSITIVE_INFINITY): void {
    this.tick++;
    this.clock.advance(TICK_MS);
    for (const side of this.sides) {
      const { world, ghosts } = side;
      ghosts.step();
      world.simulate(this.tick, () => {
        onStep(side);
        world.runTimers();
        world.runSystems();
        world.runCalls();
      });
      world.calls.flushAnswers();
      ghosts.collect(this.tick);
    }
    this.deliver(deliverAtMost);
  }

  steps(count: number): void {
    for (let i = 0; i < count; i++) this.step();
  }

  deliver(atMost = Number.POSITIVE_INFINITY): void {
    for (const from of this.sides) for (const to of this.sides) if (from !== to) this.#deliver(from, to, atMost);
  }

  cut(a: ServerId, b: ServerId): void {
    this.wire.cut(a, b);
    this.side(a).ghosts.peerDown(b);
    this.side(b).ghosts.peerDown(a);
  }

  mend(a: ServerId, b: ServerId): void {
    this.wire.mend(a, b);
    this.side(a).ghosts.peerUp(b);
    this.side(b).ghosts.peerUp(a);
  }

  /** The change of hands, as the desks of both sides would have it, all at once. */
  handOff(id: EntityId, from: ServerId, to: ServerId): void {
    const [source, target] = [this.side(from), this.side(to)];
    const slot = source.world.store.slotOf(id) as number;
    const { positions, velocities, yaws } = source.world.store;
    const at = { x: positions.x[slot] as number, y: positions.y[slot] as number, z: positions.z[slot] as number };
    const velocity = { x: velocities.x[slot] as number, y: velocities.y[slot] as number, z: 0 };
    const former = source.epochs.get(id) ?? FIRST_EPOCH;
    const epoch = { term: former.term, count: former.count + 1 };
    target.epochs.set(id, epoch);
    const { classIndex } = source.world.store;
    const components = Object.fromEntries(
      Object.keys(source.world.classOf(slot).components).map((name) => [name, valuesOf(source, slot, name)]),
    );
    source.ghosts.onReleased(id, to, epoch);
    const known = target.ghosts.onOwned(id);
    const its = { id, classIndex: classIndex[slot] as number, position: at, velocity, yaw: yaws[slot] as number };
    const settled = known ?? target.world.store.spawn({ ...its, components });
    for (const axis of ["x", "y", "z"] as const) target.world.store.positions[axis][settled] = at[axis];
  }

  /** What a server holds of an entity, in wire steps. */
  quantised(self: ServerId, id: EntityId) {
    const { store } = this.side(self).world;
    const slot = store.slotOf(id);
    if (slot === undefined) return undefined;
    const { x, y, z } = store.positions;
    return {
      x: quantise(x[slot] as number),
      y: quantise(y[slot] as number),
      z: quantise(z[slot] as number),
      yaw: quantiseYaw(store.yaws[slot] as number),
      health: valuesOf(this.side(self), slot, "Health"),
    };
  }

  #deliver(from: Side, to: Side, atMost: number): void {
    for (const { body, bulk } of this.wire.take(from.self, to.self, atMost)) {
      if (bulk !== undefined) {
        const wrong = to.ghosts.apply(from.self, bulk);
        if (wrong !== undefined) throw new Error(wrong);
      } else if (body !== undefined) {
        const message = decodeLinkMessage(body);
        if (!message.ok || !to.ghosts.receive(from.self, message.value satisfies LinkBody))
          throw new Error("not understood");
      }
    }
  }
}

function valuesOf({ world }: Side, slot: number, name: string): Record<string, FieldValue> {
  const live = world.store.componentValues(slot, name);
  const fields = Object.keys(world.classOf(slot).components[name]?.fields ?? {});
  return Object.fromEntries(fields.map((field) => [field, live[field] as FieldValue]));
}

/** Whether a position is exactly what wire steps can say. */
export function isWholeSteps(metres: number): boolean {
  return dequantise(quantise(metres)) === metres;
}
