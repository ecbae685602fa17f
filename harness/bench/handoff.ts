import type { ChildProcess } from "node:child_process";
import { judge } from "./gas-oracle.ts";
import type { HandoffClientsReport } from "./handoff-clients-process.ts";
import { costsPerHandoff } from "./handoff-costs.ts";
import { type HandoffKind, type HandoffOrder, secondsAcross } from "./handoff-game.ts";
import type { HandoffServerReport } from "./handoff-server-process.ts";
import { ask, nextMessage, Processes, pause } from "./processes.ts";
import type { PeerPorts } from "./start-mesh-server.ts";
import { OracleFailed, type Row, type RunOptions, type Workload } from "./workload.ts";

const ENTITIES = 1_000;
const CLIENTS = 200;
const SPEED = 6;
const KINDS = 3;
/** Measured with handoffs, of all kinds of entities together. */
const SECONDS = 72;
/** Each time with handoffs is followed by half as long without. */
const ROUNDS = 3;
/** Until everybody walks the new course and what was under way is over. */
const SETTLE_MS = 3_500;
/** Code is compiled when it has run for a while. */
const WARMUP_MS = 4_000;
const READY_WITHIN_MS = 30_000;
const TARGET_US = 100;

type Segment = readonly HandoffServerReport[];

/** CPU of handoffs between two real servers over a real link, with everything else the same with and without them. */
export const handoff: Workload = {
  id: "handoff",
  about: "CPU per handoff at source and target, by phase: creatures, players of 2 KB, and those with clients",
  async run(options) {
    const results: Record<string, unknown> = {};
    const wrong: string[] = [];
    for (const kind of ["creatures", "players", "clients"] as const) {
      const run = await measure(kind, options);
      const figures = figuresOf(run.crossing, run.calm, run.order);
      results[kind] = figures;
      wrong.push(...mistakesOf(run, figures).map((mistake) => `${kind}: ${mistake}`));
    }
    if (wrong.length > 0) throw new OracleFailed(wrong, results);
    return results;
  },
  rows: (results) =>
    Object.entries(results as Record<HandoffKind, Partial<ReturnType<typeof figuresOf>>>).flatMap(([kind, figures]) =>
      rowsOf(kind, figures),
    ),
};

async function measure(kind: HandoffKind, options: RunOptions) {
  const { seed, seconds = SECONDS, tickHz = 20 } = options;
  const entities = kind === "clients" ? (options.clients ?? CLIENTS) : (options.entities ?? ENTITIES);
  const order = { kind, entities, speed: SPEED, tickHz, seed };
  console.error(`  ${entities} ${kind} at ${tickHz} Hz`);
  await using processes = new Processes();
  const servers = ([1, 2] as const).map((self) =>
    processes.start("handoff-server-process.ts", { ...order, self } satisfies HandoffOrder),
  );
  const urls = await meet(servers);
  const clients =
    kind === "clients" ? processes.start("handoff-clients-process.ts", { ...order, self: 1, urls }) : undefined;
  if (clients !== undefined) await nextMessage(clients);
  await segment(servers, true, WARMUP_MS);
  const crossingMs = (seconds * 1_000) / KINDS / ROUNDS;
  const [crossing, calm]: Segment[][] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    crossing?.push(await segment(servers, true, crossingMs));
    calm?.push(await segment(servers, false, crossingMs / 2));
  }
  const lost = clients === undefined ? [] : (await ask<HandoffClientsReport>(clients, "report")).lost;
  return { order, crossing: crossing ?? [], calm: calm ?? [], lost };
}

/** Answers where clients come in. */
async function meet(servers: readonly ChildProcess[]): Promise<string[]> {
  const peers = await Promise.all(servers.map((server) => nextMessage<PeerPorts>(server)));
  for (const server of servers) server.send({ kind: "peers", peers });
  const untilMs = performance.now() + READY_WITHIN_MS;
  while ((await report(servers)).some(({ linksUp }) => linksUp === 0)) {
    if (performance.now() > untilMs) throw new Error(`the link does not stand after ${READY_WITHIN_MS} ms`);
    await pause(100);
  }
  return peers.map(({ gameUrl }) => gameUrl);
}

async function segment(servers: readonly ChildProcess[], isCrossing: boolean, ms: number): Promise<Segment> {
  for (const server of servers) server.send({ kind: "course", isCrossing });
  await pause(SETTLE_MS);
  await report(servers);
  await pause(ms);
  return await report(servers);
}

function report(servers: readonly ChildProcess[]): Promise<HandoffServerReport[]> {
  return Promise.all(servers.map((server) => ask<HandoffServerReport>(server, { kind: "report" })));
}

function figuresOf(crossing: readonly Segment[], calm: readonly Segment[], { tickHz }: Omit<HandoffOrder, "self">) {
  const handoffs = leftIn(crossing.flat());
  const reports = [...crossing, ...calm].flat();
  const realTimeFactor = Math.min(...reports.map(({ ticks, seconds }) => ticks / seconds / tickHz));
  const more = (of: (report: HandoffServerReport) => number) => more1(crossing, calm, of);
  const perHandoff = (of: (report: HandoffServerReport) => number) => more(of) / handoffs;
  const costs = costsPerHandoff(
    crossing.flat().map(({ phases }) => phases),
    handoffs,
  );
  return {
    valid: realTimeFactor > 0.99,
    realTimeFactor,
    n: handoffs,
    handoffsPerSecond: handoffs / sum(crossing, ([one]) => one?.seconds ?? 0),
    ...costs,
    /** The same for each round: how far to trust it. */
    bothByRound: crossing.map((servers) => {
      const one = costsPerHandoff(
        servers.map(({ phases }) => phases),
        leftIn(servers),
      );
      return one.sides.both;
    }),
    /** What all of the servers took more with handoffs than without, per handoff. */
    more: {
      threadUs: perHandoff(({ threadMs }) => threadMs * 1_000),
      processUs: perHandoff(({ processMs }) => processMs * 1_000),
      /** Looking at each entity after each tick: who leaves, who waits for what. */
      watchUs: perHandoff(({ phases }) => (phases.watch?.ms ?? 0) * 1_000),
      /** The rest of the ticks: ghosts that change their owner, above all. */
      tickUs: perHandoff(({ phases }) => (phases.tick?.ms ?? 0) * 1_000),
      ghostsReadUs: perHandoff(({ phases }) => (phases["read ghosts"]?.ms ?? 0) * 1_000),
      /** In no burst: the event loop, system calls that read, collections between. */
      betweenUs: perHandoff(({ threadMs, phases }) => {
        return (threadMs - Object.values(phases).reduce((total, { ms }) => total + ms, 0)) * 1_000;
      }),
      gcUs: perHandoff(({ gc }) => gc.ms * 1_000),
      allocatedBytes: perHandoff(({ allocatedBytes }) => allocatedBytes),
    },
    cpuShares: {
      crossing: sharesOf(crossing),
      calm: sharesOf(calm),
    },
    doubts: sum([...crossing, ...calm].flat(), ({ doubts }) => doubts),
    skippedTicks: sum(reports, ({ skippedTicks }) => skippedTicks),
  };
}

/** A sum over the time with handoffs, minus what the time without makes of the same number of ticks. */
function more1(crossing: readonly Segment[], calm: readonly Segment[], of: (report: HandoffServerReport) => number) {
  const ticks = (segments: readonly Segment[]) => sum(segments.flat(), ({ ticks }) => ticks);
  return sum(crossing.flat(), of) - (sum(calm.flat(), of) * ticks(crossing)) / ticks(calm);
}

function mistakesOf(
  { order, crossing, calm, lost }: Awaited<ReturnType<typeof measure>>,
  { valid, n }: ReturnType<typeof figuresOf>,
): string[] {
  const mistakes: string[] = [];
  const all = [...crossing, ...calm].flat();
  const last = calm.at(-1) ?? [];
  const owned = sum(last, (server) => server.owned);
  if (owned !== order.entities) mistakes.push(`${owned} entities at the end, expected ${order.entities}`);
  const inCalm = leftIn(calm.flat());
  if (inCalm > 0) mistakes.push(`${inCalm} handoffs while nobody crossed the border, expected none`);
  if (lost.length > 0) mistakes.push(`${lost.length} clients were disconnected: ${lost[0]}`);
  const faults = Math.max(...all.map((server) => server.faults));
  if (faults > 0) mistakes.push(`${faults} faults of the game`);
  const seconds = sum(crossing, ([one]) => one?.seconds ?? 0);
  const expected = (order.entities * seconds) / secondsAcross(order);
  if (valid && !judge(expected, n, Math.sqrt(expected)).holds) {
    mistakes.push(`${n} handoffs, expected ${Math.round(expected)}`);
  }
  return mistakes;
}

function rowsOf(
  kind: string,
  { valid, n, sides, stages, more, bothByRound }: Partial<ReturnType<typeof figuresOf>>,
): Row[] {
  if (n === undefined || sides === undefined || more === undefined) return [];
  const us = (metric: string, value: number, target?: string): Row => ({
    ...{ metric: `${kind}: ${metric}`, measured: `${value.toFixed(1)} µs`, target, n },
  });
  const [low, high] = [Math.min(...(bothByRound ?? [])), Math.max(...(bothByRound ?? []))];
  return [
    ...(valid ? [] : [{ metric: `${kind}: INVALID, the machine had no time for it`, measured: "" }]),
    us("CPU of handoff work, both sides", sides.both, `< ${TARGET_US} µs`),
    { metric: "  in each round", measured: `${low.toFixed(1)} to ${high.toFixed(1)} µs` },
    ...Object.entries(stages ?? {}).map(([stage, value]) => us(stage, value)),
    us("more of both main threads, all told", more.threadUs, `< ${TARGET_US} µs`),
    us("more of both processes, all told", more.processUs),
    us("of that, watching the border", more.watchUs),
    us("of that, the rest of the ticks", more.tickUs),
    us("of that, reading ghosts", more.ghostsReadUs),
    us("of that, event loop and reading from sockets", more.betweenUs),
    us("in any of these, collecting garbage (wall)", more.gcUs),
    { metric: `${kind}: more allocated`, measured: `${Math.round(more.allocatedBytes)} B`, n },
  ];
}

function leftIn(reports: readonly HandoffServerReport[]): number {
  return sum(reports, ({ left }) => left);
}

function sharesOf(segments: readonly Segment[]): number[] {
  return [0, 1].map((i) => {
    const reports = segments.flatMap((segment) => segment[i] ?? []);
    return sum(reports, ({ threadMs }) => threadMs) / 1_000 / sum(reports, ({ seconds }) => seconds);
  });
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
