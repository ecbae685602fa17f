import { type EntityId, FIRST_EPOCH, IdSource, Prng } from "@ows/base";
import { component, defineClass, defineGame, text, u16 } from "@ows/game";
import { type CellId, GHOST_KEEP_METERS, type Partition, type ServerId } from "@ows/mesh";
import { schemaOf } from "@ows/protocol/game";
import { silentLogger } from "@ows/service-kit";
import { anyGame, Ghosts, HandlerFaults, World } from "@ows/zone-server";
import { distributionOf } from "./histogram.ts";
import type { Workload } from "./workload.ts";

const TICK_HZ = 20;
const WARMUP_TICKS = 100;
const MEASURED_TICKS = 400;
const SPEED = 6;
/** Walkers turn back here, so that each has a ghost on the other side all the time. */
const STRIP_METERS = 55;

const Health = component({ now: u16, max: u16 });
const Name = component({ text: text(16) });
const Walker = defineClass("Walker", { components: { Health, Name }, maxSpeed: 12 });
const game = anyGame(
  defineGame({
    tickHz: TICK_HZ,
    viewRadius: 50,
    classes: [Walker],
    player: Walker,
    zones: { default: { bounds: { minX: -200, minY: -200, maxX: 200, maxY: 200 } } },
    inputs: {},
    join: (_player, ctx) => ctx.spawn(Walker, { at: { x: 0, y: 0, z: 0 } }),
  }),
);
const schema = schemaOf(game);
const partition: Partition = {
  version: 1,
  cells: new Map([
    ["0-0-0", 1],
    ["0-0-1", 1],
    ["0-1-0", 2],
    ["0-1-1", 2],
  ] as [CellId, ServerId][]),
};

/** What ghosts cost both sides, and their link, while everybody walks. One process, no sockets: the work alone. */
export const ghosts: Workload = {
  id: "ghosts",
  about: "ghosts of walkers at 20 Hz: CPU per ghost and tick on both sides, bytes per ghost and second",
  async run({ seed }) {
    const results: Record<string, unknown> = {};
    for (const walkers of [100, 500, 2_000]) results[`walkers-${walkers}`] = walk(walkers, seed);
    return results;
  },
};

type Walkers = { readonly ids: readonly EntityId[]; readonly headings: Float64Array };

function walk(count: number, seed: number) {
  const prng = Prng.fromSeed(seed);
  const waiting: Uint8Array[] = [];
  const [owner, viewer] = [makeServer(1, waiting), makeServer(2, [])];
  const walkers = spawnWalkers(owner.world, count, prng);
  owner.ghosts.peerUp(2);
  const [collectUs, receiveUs, stepUs, bytes] = [[] as number[], [] as number[], [] as number[], [] as number[]];
  for (let tick = 1; tick <= WARMUP_TICKS + MEASURED_TICKS; tick++) {
    owner.world.simulate(tick, () => move(owner.world, walkers, prng));
    const start = performance.now();
    owner.ghosts.collect(tick);
    const collected = performance.now();
    const sent = waiting.splice(0);
    for (const batch of sent) {
      const wrong = viewer.ghosts.apply(1, batch);
      if (wrong !== undefined) throw new Error(wrong);
    }
    const received = performance.now();
    viewer.ghosts.step();
    const stepped = performance.now();
    viewer.world.simulate(tick, () => {});
    if (tick <= WARMUP_TICKS) continue;
    collectUs.push(((collected - start) * 1000) / count);
    receiveUs.push(((received - collected) * 1000) / count);
    stepUs.push(((stepped - received) * 1000) / count);
    bytes.push((sent.reduce((sum, { length }) => sum + length, 0) * TICK_HZ) / count);
  }
  expectEqual(owner.world, viewer.world, walkers);
  return {
    collectUsPerGhostTick: distributionOf(collectUs),
    decodeUsPerGhostTick: distributionOf(receiveUs),
    applyUsPerGhostTick: distributionOf(stepUs),
    bytesPerGhostSecond: distributionOf(bytes),
  };
}

function makeServer(self: ServerId, sent: Uint8Array[]) {
  const ids = new IdSource();
  ids.grant({ first: self * 1_000_000, size: 100_000 });
  const world = new World({ game, zoneName: "Field", ids, faults: new HandlerFaults(silentLogger()), seed: self });
  const links = {
    send: () => false,
    sendBulk: (_peer: ServerId, bytes: Uint8Array) => sent.push(bytes) > 0,
    unsentBytes: () => 0,
    isUp: () => true,
  };
  const clock = { nowMs: () => performance.now(), wallMs: () => performance.timeOrigin + performance.now() };
  const side = new Ghosts({ world, schema, self, links, clock, epochOf: () => FIRST_EPOCH });
  if (side.radiusMeters + GHOST_KEEP_METERS < STRIP_METERS) throw new Error("the strip is wider than ghosts reach");
  side.setPartition(partition);
  return { world, ghosts: side };
}

function spawnWalkers(world: World, count: number, prng: Prng): Walkers {
  const ids: EntityId[] = [];
  world.simulate(0, () => {
    for (let i = 0; i < count; i++) {
      const at = { x: -1 - prng.float() * (STRIP_METERS - 2), y: (prng.float() - 0.5) * 390, z: 0 };
      const values = { Health: { now: 100, max: 100 }, Name: { text: `Walker ${i}` } };
      ids.push(world.zoneContext.spawn(Walker, { at, ...values }).ref);
    }
  });
  return { ids, headings: Float64Array.from(ids, () => prng.float() * 2 * Math.PI) };
}

/** Each turns every two seconds on average, and looks where it goes; one in a hundred is hurt in each tick. */
function move(world: World, { ids, headings }: Walkers, prng: Prng): void {
  const { x, y } = world.store.positions;
  for (const [i, id] of ids.entries()) {
    const slot = world.store.slotOf(id) as number;
    if (prng.int(0, 39) === 0) headings[i] = prng.float() * 2 * Math.PI;
    const heading = headings[i] as number;
    const nextX = (x[slot] as number) + (Math.cos(heading) * SPEED) / TICK_HZ;
    if (nextX > -STRIP_METERS && nextX < 0) x[slot] = nextX;
    else headings[i] = Math.PI - heading;
    y[slot] = (y[slot] as number) + (Math.sin(heading) * SPEED) / TICK_HZ;
    world.store.yaws[slot] = heading;
    if (prng.int(0, 99) === 0) world.store.setComponent(slot, "Health", { now: prng.int(0, 100) });
  }
}

/** The oracle: every ghost stands where its owner has it, within half a wire step. */
function expectEqual(owner: World, viewer: World, { ids }: Walkers): void {
  for (const id of ids) {
    const [own, ghost] = [owner.store.slotOf(id) as number, viewer.store.slotOf(id)];
    if (ghost === undefined || !viewer.store.isGhost(ghost)) throw new Error(`walker ${id} has no ghost`);
    for (const axis of ["x", "y"] as const) {
      const apart = Math.abs(
        (owner.store.positions[axis][own] as number) - (viewer.store.positions[axis][ghost] as number),
      );
      if (apart > 0.002) throw new Error(`the ghost of walker ${id} is ${apart} m away from it in ${axis}`);
    }
  }
}
