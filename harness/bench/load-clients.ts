import { Prng } from "@ows/base";
import { schemaOf } from "@ows/protocol/game";
import game from "./gas-game.ts";
import { Histogram } from "./histogram.ts";
import { allIn, LightClient, takeTurns } from "./light-client.ts";
import { pause } from "./processes.ts";

/*
 * A process of clients: `node load-clients.ts <json>`; prints one line of JSON at the end.
 * One client in ten decodes whole snapshots, the others only their head, so that this process stays well below one
 * core; it says when it did not.
 */
type Order = {
  readonly url: string;
  readonly clients: number;
  readonly warmupS: number;
  readonly measureS: number;
  readonly seed: number;
};

const order = JSON.parse(process.argv[2] ?? "{}") as Order;
const schema = schemaOf(game);
const gaps = new Histogram();

const clients = await allIn(order.clients, (index) => {
  const prng = Prng.fromSeed(order.seed * 100_000 + index);
  let heading = 0;
  const nextInput = () => {
    if (prng.int(0, 39) === 0) heading = prng.float() * 2 * Math.PI;
    return { kind: 0, values: { x: Math.round(Math.cos(heading) * 127), y: Math.round(Math.sin(heading) * 127) } };
  };
  return new LightClient({ url: order.url, name: `Gas${index}`, schema, decodes: index % 10 === 0, nextInput, gaps });
});
const stop = takeTurns(clients, 1000 / game.definition.tickHz);
await pause(order.warmupS * 1_000);
gaps.clear();
const before = totals();
const cpuAtStart = process.cpuUsage();
const startedMs = performance.now();
await pause(order.measureS * 1_000);
const cpu = process.cpuUsage(cpuAtStart);
const wallS = (performance.now() - startedMs) / 1000;
const after = totals();
stop();

const cpuShare = (cpu.user + cpu.system) / 1e6 / wallS;
const decoders = clients.filter((_, i) => i % 10 === 0);
console.log(
  JSON.stringify({
    clients: clients.length,
    lost: clients.filter((client) => client.closed !== undefined).map((client) => client.closed),
    snapshotsPerClientS: (after.snapshots - before.snapshots) / clients.length / wallS,
    bytesPerClientS: (after.bytes - before.bytes) / clients.length / wallS,
    visibleMean: decoders.reduce((sum, client) => sum + client.visible, 0) / Math.max(1, decoders.length),
    unackedMax: Math.max(...clients.map((client) => client.unacked)),
    gapMs: gaps.distribution(),
    cpuShare,
    saturated: cpuShare > 0.85,
  }),
);
for (const client of clients) client.close();

function totals() {
  const sum = (of: (client: LightClient) => number) => clients.reduce((total, client) => total + of(client), 0);
  return { snapshots: sum(({ snapshots }) => snapshots), bytes: sum(({ bytes }) => bytes) };
}
