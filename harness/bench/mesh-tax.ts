import { type Distribution, merged } from "./histogram.ts";
import { handoffFigures, runFigures } from "./mesh-figures.ts";
import { MeshGroup } from "./mesh-group.ts";
import type { MeshOrder } from "./mesh-order.ts";
import { pause } from "./processes.ts";
import { type Figures, OracleFailed, type Row, type RunOptions, type Workload } from "./workload.ts";

const CLIENTS = 320;
/** Moved by the servers, so that clients have about 40 in sight. */
const WALKERS = 960;
const SIDE_METERS = 500;
const SPEED = 6;
/** Each way is measured so often, in turns: what the machine does meanwhile hits all of them. */
const ROUNDS = 2;
/** Of all measurements together. */
const SECONDS = 48;
/** Snapshots that came, of one per client and tick. */
const MIN_PACE = 0.97;
/** Compiling is over. */
const WARMUP_MS = 6_000;

type Way = { readonly name: string; readonly servers: number; readonly kind: "gas" | "alone" };

/** The same clients on servers that share the world, on as many that have a part each and know of no other, and on one. */
export function meshTax(servers: number): Workload {
  const ways: readonly Way[] = [
    { name: "one", servers: 1, kind: "alone" },
    { name: "mesh", servers, kind: "gas" },
    { name: "alone", servers, kind: "alone" },
  ];
  return {
    id: `mesh-tax-${servers}`,
    about: `CPU of all servers together: ${CLIENTS} clients on ${servers} meshed servers, on ${servers} that know of no other, on one`,
    run: (options) => measureAll(ways, options),
    rows,
  };
}

async function measureAll(ways: readonly Way[], options: RunOptions): Promise<Figures> {
  const measuredMs = ((options.seconds ?? SECONDS) * 1_000) / ROUNDS / ways.length;
  const rounds: Record<string, Measured>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const measured: Record<string, Measured> = {};
    for (const way of ways) measured[way.name] = await measure(orderOf(way, options), measuredMs);
    rounds.push(measured);
  }
  const results = { rounds, ...ratiosOf(rounds) };
  const wrong = rounds.flatMap((round) => Object.entries(round).flatMap(([name, way]) => mistakesOf(name, way)));
  if (wrong.length > 0) throw new OracleFailed(wrong, results);
  return results;
}

function orderOf({ servers, kind }: Way, options: RunOptions): MeshOrder {
  const { seed, clients: crowd = CLIENTS, entities: walkers = WALKERS, tickHz = 20 } = options;
  const ground = { sideMeters: SIDE_METERS, walkers, clients: 0, crowd };
  return { servers, ...ground, speed: SPEED, tickHz, kind, hysteresisMeters: 5, minimumStayMs: 1_000, seed };
}

type Measured = Awaited<ReturnType<typeof measure>>;

async function measure(order: MeshOrder, ms: number) {
  console.error(`  ${order.servers} servers, ${order.kind}`);
  await using group = await MeshGroup.start(order);
  await pause(WARMUP_MS);
  await group.report();
  await pause(ms);
  const report = await group.report();
  const run = runFigures(order, report);
  const snapshots = report.crowds.reduce((sum, crowd) => sum + crowd.snapshots, 0);
  const { crowds } = report;
  return {
    ...run,
    /** A server without time sends snapshots less often: what it then saves is not what is compared. */
    valid: run.valid && snapshots / run.seconds / order.tickHz / order.crowd > MIN_PACE,
    servers: order.servers,
    asked: { clients: order.crowd },
    clients: crowds.reduce((sum, crowd) => sum + crowd.clients, 0),
    /** Of all servers, per second. */
    cpuShare: run.cpuS / run.seconds,
    /** Of all servers, per snapshot that reached a client. */
    cpuMicrosPerClientTick: (run.cpuS * 1e6) / snapshots,
    snapshots,
    gapMs: merged(crowds.map(({ gapMs }) => gapMs)),
    visibleMean: crowds.reduce((sum, { visibleMean }) => sum + visibleMean, 0) / crowds.length,
    lost: handoffFigures(report).lost,
    clientHandoffs: crowds.reduce((sum, { handoffs }) => sum + handoffs, 0),
  };
}

type Ratio = { readonly ratio: number; readonly byRound: readonly number[]; readonly valid: boolean };

function ratiosOf(rounds: readonly Readonly<Record<string, Measured>>[]) {
  const ratio = (above: string, below: string): Ratio => {
    const cost = (name: string) => rounds.map((round) => round[name]?.cpuMicrosPerClientTick ?? Number.NaN);
    const [a, b] = [cost(above), cost(below)];
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      ratio: mean(a) / mean(b),
      byRound: a.map((value, i) => value / (b[i] ?? Number.NaN)),
      valid: rounds.every((round) => round[above]?.valid === true && round[below]?.valid === true),
    };
  };
  return { ratios: { "mesh over alone": ratio("mesh", "alone"), "mesh over one": ratio("mesh", "one") } };
}

function mistakesOf(name: string, { asked, clients, lost, lostClients, faults }: Measured): string[] {
  const mistakes: string[] = [];
  if (clients !== asked.clients) mistakes.push(`${name}: ${clients} clients in the world, expected ${asked.clients}`);
  if (lost > 0) mistakes.push(`${name}: ${lost} entities left and came nowhere`);
  if (lostClients.length > 0) mistakes.push(`${name}: ${lostClients.length} clients lost: ${lostClients[0]}`);
  if (faults > 0) mistakes.push(`${name}: ${faults} faults of the game`);
  return mistakes;
}

function rows(figures: Figures): Row[] {
  const { rounds, ratios } = figures as { rounds: Record<string, Measured>[]; ratios: Record<string, Ratio> };
  const byName = (name: string) => rounds.flatMap((round) => round[name] ?? []);
  return [
    ...Object.keys(rounds[0] ?? {}).map((name): Row => {
      const measured = byName(name);
      const mean = (of: (one: Measured) => number) => measured.reduce((sum, one) => sum + of(one), 0) / measured.length;
      const gaps: Distribution = merged(measured.map(({ gapMs }) => gapMs));
      const cost = `${mean((one) => one.cpuMicrosPerClientTick).toFixed(1)} µs a client and tick`;
      const rest = `${mean((one) => one.cpuShare).toFixed(2)} cores, update gap p99 ${gaps.p99.toFixed(0)} ms`;
      const isValid = measured.every(({ valid }) => valid);
      return { metric: `${name}${isValid ? "" : " (INVALID)"}`, measured: `${cost}, ${rest}`, n: gaps.n };
    }),
    ...Object.entries(ratios).map(([name, { ratio, byRound, valid }]): Row => {
      const rounds = byRound.map((value) => value.toFixed(3)).join(", ");
      return { metric: `CPU of ${name}${valid ? "" : " (INVALID)"}`, measured: `${ratio.toFixed(3)} (${rounds})` };
    }),
  ];
}
