import { schemaOf } from "@ows/protocol/game";
import { type Distribution, Histogram } from "./histogram.ts";
import { allIn, LightClient, takeTurns } from "./light-client.ts";
import { gameOf, type MeshOrder } from "./mesh-order.ts";

/* A process of light clients on a mesh: `node crowd-process.ts <json>`, then "report" from its parent. */
export type CrowdOrder = MeshOrder & {
  readonly urls: readonly string[];
  /** The clients of this process among all. */
  readonly first: number;
  readonly count: number;
};

export type CrowdReport = {
  readonly clients: number;
  readonly lost: readonly string[];
  readonly snapshots: number;
  readonly handoffs: number;
  readonly gapMs: Distribution;
  readonly visibleMean: number;
  readonly unackedMax: number;
  readonly cpuShare: number;
};

const order = JSON.parse(process.argv[2] ?? "{}") as CrowdOrder;
const game = gameOf(order, 1);
const schema = schemaOf(game);
const roam = schema.inputs.findIndex(({ name }) => name === "roam");
const gaps = new Histogram();
let usage = process.cpuUsage();
let atMs = performance.now();
let former = { snapshots: 0, handoffs: 0 };

process.on("message", () => process.send?.(report()));
process.on("disconnect", () => process.exit(0));

const clients = await allIn(order.count, (i) => {
  const index = order.first + i;
  const angle = (index / order.crowd) * 2 * Math.PI;
  const values = { x: Math.round(Math.cos(angle) * 127), y: Math.round(Math.sin(angle) * 127) };
  return new LightClient({
    url: order.urls[index % order.servers] ?? "",
    name: `Roamer ${index}`,
    ...{ schema, gaps, decodes: i % 10 === 0 },
    nextInput: () => ({ kind: roam, values }),
  });
});
takeTurns(clients, 1000 / game.definition.tickHz);
process.send?.("all are in");

function report(): CrowdReport {
  const used = process.cpuUsage(usage);
  const sum = (of: (client: LightClient) => number) => clients.reduce((total, client) => total + of(client), 0);
  const totals = { snapshots: sum(({ snapshots }) => snapshots), handoffs: sum(({ handoffs }) => handoffs) };
  const decoders = clients.filter((_, i) => i % 10 === 0);
  const answer: CrowdReport = {
    clients: clients.filter((client) => client.inWorld).length,
    lost: clients.flatMap(({ closed }) => closed ?? []),
    snapshots: totals.snapshots - former.snapshots,
    handoffs: totals.handoffs - former.handoffs,
    gapMs: gaps.distribution(),
    visibleMean: decoders.reduce((total, { visible }) => total + visible, 0) / decoders.length,
    unackedMax: Math.max(...clients.map(({ unacked }) => unacked)),
    cpuShare: (used.user + used.system) / 1_000 / (performance.now() - atMs),
  };
  former = totals;
  gaps.clear();
  usage = process.cpuUsage();
  atMs = performance.now();
  return answer;
}
