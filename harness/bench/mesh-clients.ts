import { Prng } from "@ows/base";
import { connectBy, type Handoff } from "@ows/client";
import { type Distribution, distributionOf } from "./histogram.ts";
import { gameOf, type MeshOrder, zoneOf } from "./mesh-order.ts";

/*
 * A process of real clients: `node mesh-clients.ts <json>`, then "start" and "report" from its parent. Each walks
 * straight on and turns back at the walls; the headings are spread evenly.
 */
export type ClientsOrder = MeshOrder & { readonly urls: readonly string[] };

export type ClientsReport = {
  readonly inWorld: number;
  readonly lost: readonly string[];
  readonly handoffs: number;
  readonly interruptionMs: Distribution;
  readonly jumpMeters: Distribution;
  readonly cpuShare: number;
};

const order = JSON.parse(process.argv[2] ?? "{}") as ClientsOrder;
const game = gameOf(order, 1);
const phase = Prng.fromSeed(order.seed).float();
const lost: string[] = [];
let handoffs: Handoff[] = [];
let usage = process.cpuUsage();
let atMs = performance.now();

process.on("message", () => {
  const used = process.cpuUsage(usage);
  const report: ClientsReport = {
    inWorld: worlds.filter(({ state }) => state.phase === "in-world").length,
    lost,
    handoffs: handoffs.length,
    interruptionMs: distributionOf(handoffs.map(({ interruptionMs }) => interruptionMs)),
    jumpMeters: distributionOf(handoffs.map(({ jumpMetres }) => jumpMetres)),
    cpuShare: (used.user + used.system) / 1_000 / (performance.now() - atMs),
  };
  process.send?.(report);
  handoffs = [];
  usage = process.cpuUsage();
  atMs = performance.now();
});
process.on("disconnect", () => process.exit(0));

const worlds = await Promise.all(Array.from({ length: order.clients }, (_, index) => enter(index)));
process.send?.("all are in");

async function enter(index: number) {
  const server = index % order.servers;
  const url = order.urls[server] ?? "";
  const door = { join: () => Promise.resolve({ url, ticket: `Client ${index}` }) };
  const world = await connectBy(door, { game, character: `Client ${index}`, seed: order.seed * 1_000 + index });
  const angle = ((index + phase) / order.clients) * 2 * Math.PI;
  const heading = { x: Math.round(Math.cos(angle) * 127), y: Math.round(Math.sin(angle) * 127) };
  const walls = zoneOf(order);
  world.on("handoff", (handoff) => handoffs.push(handoff));
  world.on("disconnected", ({ message }) => lost.push(message));
  world.input("move", heading);
  world.on("snapshot", () => {
    const { x, y } = world.me?.position ?? { x: 0, y: 0 };
    const turned = {
      x: turn(x, heading.x, walls.minX, walls.maxX),
      y: turn(y, heading.y, walls.minY, walls.maxY),
    };
    if (turned.x === heading.x && turned.y === heading.y) return;
    Object.assign(heading, turned);
    world.input("move", heading);
  });
  return world;
}

/** Turned around near a wall: who walks against it for a moment is held by the zone. */
function turn(at: number, heading: number, min: number, max: number): number {
  const margin = 2;
  if (at < min + margin) return Math.abs(heading);
  return at > max - margin ? -Math.abs(heading) : heading;
}
