import { ID_BLOCK_SIZE, IdSource, Prng } from "@ows/base";
import { partitionToWire, type ServerId } from "@ows/mesh";
import { linkTransport, tcpChannels } from "@ows/mesh-runtime";
import { schemaOf } from "@ows/protocol/game";
import { LINK_PROTOCOL_VERSION } from "@ows/protocol/mesh";
import { silentLogger } from "@ows/service-kit";
import {
  anyGame,
  defaultMeshSettings,
  defaultZoneSettings,
  MemoryCharacters,
  openAdmission,
  PeerLinks,
  TickLoop,
  ZoneRuntime,
} from "@ows/zone-server";
import { machineClock } from "./machine-clock.ts";
import { MeshMeter, type MeterFigures } from "./mesh-meter.ts";
import { gameOf, partitionOf, type ServerOrder } from "./mesh-order.ts";

/*
 * One zone server of a mesh workload as a process of its own: `node mesh-server-process.ts <json>`. There are no
 * services: the parent says who the neighbours are, every server reckons the same ground, and nobody dies.
 */
export type PeerPorts = { readonly id: ServerId; readonly s2sPort: number; readonly gameUrl: string };
export type ToServer = { readonly kind: "peers"; readonly peers: readonly PeerPorts[] } | { readonly kind: "report" };

export type ServerReport = MeterFigures & {
  readonly seconds: number;
  readonly cpuS: number;
  readonly ticksRun: number;
  readonly skippedTicks: number;
  readonly owned: number;
  readonly players: number;
  readonly linksUp: number;
  readonly bulkBytesOut: number;
  readonly handoffsDone: number;
  readonly handoffsStayed: number;
  /** Questions about ownership that only a coordinator can answer: there should be none. */
  readonly doubts: number;
  readonly tickP99Ms: number;
  readonly faults: number;
};

const order = JSON.parse(process.argv[2] ?? "{}") as ServerOrder;
const { self } = order;
const game = anyGame(gameOf(order, self));
const isMeshed = order.kind !== "alone";
let doubts = 0;

const links = isMeshed ? await listen() : undefined;
links?.admitWith("the servers of one run");
const ids = new IdSource();
ids.grant({ first: 1 + self * ID_BLOCK_SIZE, size: ID_BLOCK_SIZE });
const runtime = await ZoneRuntime.start({
  ...{ game, zoneName: `Gas ${order.seed}`, zoneInstanceId: self, ids, characters: new MemoryCharacters() },
  settings: { ...defaultZoneSettings, stopWithinMs: 200 },
  admission: openAdmission,
  clock: machineClock,
  meshMs: () => machineClock.nowMs(),
  logger: silentLogger(),
  inspectCredential: undefined,
  onPresence: () => {},
  isTickedByHand: true,
  ...(links !== undefined && {
    mesh: {
      links,
      settings: {
        ...defaultMeshSettings,
        hysteresisMeters: order.hysteresisMeters,
        minimumStayMs: order.minimumStayMs,
        // Who will turn back at the wall is not announced to whom it never goes to.
        ...(order.kind === "walled" && { announceSeconds: 0 }),
      },
      partition: ground([]),
      tellCoordinator: (body) => {
        if (body.$case === "resolveQuestion") doubts++;
        return true;
      },
    },
  }),
});
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
  if (message.kind === "peers") runtime.mesh?.applyPartition(ground(message.peers));
  else process.send?.(report());
});
process.on("disconnect", () => void stop());
process.send?.({ id: self, s2sPort: links?.address.port ?? 0, gameUrl: `ws://127.0.0.1:${runtime.port}` });

function listen(): Promise<PeerLinks> {
  return PeerLinks.listen({
    transport: linkTransport(tcpChannels),
    address: { host: "127.0.0.1", port: 0 },
    hello: {
      ...{ protocolVersion: LINK_PROTOCOL_VERSION, role: "zone-server", customerGuid: "bench", zoneInstanceId: self },
      ...{ incarnation: `server ${self}`, schemaHash: schemaOf(game).hash, components: [], pid: process.pid },
    },
    prng: Prng.fromSeed(self),
    clock: machineClock,
    logger: silentLogger(),
  });
}

/** The same ground every time; what the parent adds is where its servers are. */
function ground(ports: readonly PeerPorts[]) {
  const { version, cells } = partitionToWire(partitionOf(order));
  const at = (port: number, url: string) => ({ ip: "127.0.0.1", port, url });
  const peers = ports.map(({ id, s2sPort, gameUrl }) => ({
    zoneInstanceId: id,
    s2sEndpoint: at(s2sPort, ""),
    gameEndpoint: at(0, gameUrl),
  }));
  return { version, cells: [...cells], peers };
}

function counters() {
  const { handoffs, links: peers } = runtime.mesh?.inspect() ?? { handoffs: { done: 0, stayed: 0 }, links: [] };
  return {
    ticksRun: runtime.times.ticks,
    skippedTicks: runtime.times.skippedTicks,
    bulkBytesOut: peers.reduce((sum, { bulkBytesOut }) => sum + bulkBytesOut, 0),
    handoffsDone: handoffs.done,
    handoffsStayed: handoffs.stayed,
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
  };
  const { store, faults } = runtime.world;
  const answer: ServerReport = {
    ...meter.take(),
    ...since,
    seconds,
    cpuS: (used.user + used.system) / 1e6,
    owned: store.count - store.ghostCount,
    players: runtime.players.count,
    linksUp: links?.up.length ?? 0,
    doubts,
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
  await runtime.stop({ code: "stopping", reason: "the run is over", keep: "discard" });
  await links?.[Symbol.asyncDispose]();
  process.exit(0);
}
