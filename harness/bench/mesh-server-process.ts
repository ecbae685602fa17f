import { anyGame, TickLoop } from "@ows/zone-server";
import { machineClock } from "./machine-clock.ts";
import { MeshMeter, type MeterFigures } from "./mesh-meter.ts";
import { gameOf, partitionOf, type ServerOrder } from "./mesh-order.ts";
import { MeshServer, type PeerPorts } from "./start-mesh-server.ts";

/* One zone server of a mesh workload as a process of its own: `node mesh-server-process.ts <json>`. */
export type ToServer = { readonly kind: "peers"; readonly peers: readonly PeerPorts[] } | { readonly kind: "report" };

export type ServerReport = MeterFigures & {
  readonly seconds: number;
  readonly cpuS: number;
  readonly ticksRun: number;
  readonly skippedTicks: number;
  readonly entities: number;
  readonly players: number;
  readonly linksUp: number;
  readonly bulkBytesOut: number;
  readonly handoffsDone: number;
  readonly handoffsStayed: number;
  /** Commits that were not answered in time, for which a coordinator would have been asked. */
  readonly doubts: number;
  readonly tickP99Ms: number;
  readonly faults: number;
};

const order = JSON.parse(process.argv[2] ?? "{}") as ServerOrder;
const { self } = order;
const game = anyGame(gameOf(order, self));
let doubts = 0;

const server = await MeshServer.start({
  ...{ self, game, zoneName: `Gas ${order.seed}` },
  partition: order.kind === "alone" ? undefined : partitionOf(order),
  settings: {
    hysteresisMeters: order.hysteresisMeters,
    minimumStayMs: order.minimumStayMs,
  },
  onDoubt: () => doubts++,
});
const { runtime, links } = server;
const meter = new MeshMeter(runtime, links, self);
let usage = process.cpuUsage();
let atMs = performance.now();
let last = counters();
const loop = new TickLoop({
  tickHz: game.definition.tickHz,
  meshMs: () => machineClock.nowMs(),
  times: runtime.times,
  runTick(tick) {
    meter.before(tick);
    runtime.runTick(tick);
    meter.after();
  },
});

process.on("message", (message: ToServer) => {
  if (message.kind === "peers") server.meet(message.peers);
  else process.send?.(report());
});
process.on("disconnect", () => void stop());
process.send?.(server.ports);

function counters() {
  const { handoffs, links: peers } = runtime.mesh?.inspect() ?? { handoffs: { done: 0, stayed: 0 }, links: [] };
  return {
    ticksRun: runtime.times.ticks,
    skippedTicks: runtime.times.skippedTicks,
    bulkBytesOut: peers.reduce((sum, { bulkBytesOut }) => sum + bulkBytesOut, 0),
    handoffsDone: handoffs.done,
    handoffsStayed: handoffs.stayed,
    doubts,
  };
}

function report(): ServerReport {
  const used = process.cpuUsage(usage);
  const seconds = (performance.now() - atMs) / 1000;
  const now = counters();
  const since = {
    ticksRun: now.ticksRun - last.ticksRun,
    skippedTicks: now.skippedTicks - last.skippedTicks,
    bulkBytesOut: now.bulkBytesOut - last.bulkBytesOut,
    handoffsDone: now.handoffsDone - last.handoffsDone,
    handoffsStayed: now.handoffsStayed - last.handoffsStayed,
    doubts: now.doubts - last.doubts,
  };
  const { store, faults } = runtime.world;
  const answer: ServerReport = {
    ...meter.take(),
    ...since,
    seconds,
    cpuS: (used.user + used.system) / 1e6,
    entities: store.count - store.ghostCount,
    players: runtime.players.count,
    linksUp: links?.up.length ?? 0,
    tickP99Ms: runtime.times.tick.p99Ms,
    faults: faults.total,
  };
  last = now;
  usage = process.cpuUsage();
  atMs = performance.now();
  return answer;
}

async function stop(): Promise<void> {
  loop[Symbol.dispose]();
  await server.stop();
  process.exit(0);
}
