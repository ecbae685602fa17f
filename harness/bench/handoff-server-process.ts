import { hostChannels } from "@ows/mesh-runtime";
import { GAME_PROTOCOL_VERSION } from "@ows/protocol/game";
import { anyGame, TickLoop } from "@ows/zone-server";
import { bookedChannels, CpuLedger, type CpuReport } from "./cpu-ledger.ts";
import { type Course, type HandoffOrder, handoffGame, handoffPartition } from "./handoff-game.ts";
import { machineClock } from "./machine-clock.ts";
import { MeshServer, type PeerPorts } from "./start-mesh-server.ts";

/* One of the two servers of the handoff workload: `node handoff-server-process.ts <json>`. */
export type ToHandoffServer =
  | { readonly kind: "peers"; readonly peers: readonly PeerPorts[] }
  | { readonly kind: "course"; readonly isCrossing: boolean }
  | { readonly kind: "report" };

export type HandoffServerReport = CpuReport & {
  readonly linksUp: number;
  readonly owned: number;
  readonly players: number;
  readonly ticks: number;
  readonly skippedTicks: number;
  readonly left: number;
  readonly came: number;
  readonly doubts: number;
  readonly faults: number;
};

const order = JSON.parse(process.argv[2] ?? "{}") as HandoffOrder;
const { self } = order;
const course: Course = { isCrossing: true };
const game = anyGame(handoffGame(order, course));
const ledger = new CpuLedger();
let [left, came, doubts] = [0, 0, 0];
const server = await MeshServer.start({
  ...{ self, game, zoneName: `Strip ${order.seed}`, partition: handoffPartition() },
  channels: bookedChannels(hostChannels(), ledger),
  onDoubt: () => doubts++,
  onMessage: (kind) => ledger.markRead(kind),
});
const { runtime, links } = server;
if (runtime.mesh !== undefined) ledger.follow(runtime.mesh.times);
runtime.mesh?.listen({
  released: () => left++,
  owned: () => came++,
});
if (order.kind === "players") for (let i = 0; i < order.entities / 2; i++) enter(`Player ${self} ${i}`);
const { times } = runtime;
let [ticks, skippedTicks] = [times.ticks, times.skippedTicks];
const loop = new TickLoop({
  tickHz: order.tickHz,
  meshMs: () => machineClock.nowMs(),
  times,
  runTick(tick) {
    ledger.sampleHeap();
    ledger.burst("tick", () => runtime.runTick(tick));
  },
});

process.on("message", (message: ToHandoffServer) => {
  if (message.kind === "peers") server.meet(message.peers);
  else if (message.kind === "course") course.isCrossing = message.isCrossing;
  else process.send?.(report());
});
process.on("disconnect", () => void stop());
process.send?.(server.ports);

/** A player whose client went away at once: what is left is the server's part. */
function enter(token: string): void {
  const { handlers, players, schema } = runtime;
  const connection = { isOpen: true, unsentBytes: 0, send: () => {}, close: () => {} };
  const hash = { protocolVersion: GAME_PROTOCOL_VERSION, gameHash: schema.hash };
  handlers.attach(connection, { type: "attach", ...hash, mode: "ticket", token });
  const look = () => {
    if (players.byName(token) === undefined) setTimeout(look, 50);
    else handlers.closed(connection);
  };
  look();
}

function report(): HandoffServerReport {
  const { store, faults } = runtime.world;
  const answer: HandoffServerReport = {
    ...ledger.take(),
    ...{ left, came, doubts },
    linksUp: links?.up.length ?? 0,
    owned: store.count - store.ghostCount,
    players: runtime.players.count,
    ticks: times.ticks - ticks,
    skippedTicks: times.skippedTicks - skippedTicks,
    faults: faults.total,
  };
  [left, came, doubts, ticks, skippedTicks] = [0, 0, 0, times.ticks, times.skippedTicks];
  return answer;
}

async function stop(): Promise<void> {
  loop[Symbol.dispose]();
  await server.stop();
  process.exit(0);
}
