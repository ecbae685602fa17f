import { callEndpoint, management } from "@ows/protocol/http";
import type { DevStack } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { type Border, borderOf } from "./border.ts";
import { Commuter } from "./commuter.ts";
import { formatHistogram, type Histogram, histogramOf } from "./histogram.ts";
import { OwnerWatch } from "./owner-watch.ts";

/** What a crossing walker must not notice, and how long its change of server took. */
export type CrossingReport = {
  readonly crossings: number;
  readonly bots: number;
  readonly botCrossings: number;
  readonly seconds: number;
  readonly interruptionMs: { readonly hero: Histogram; readonly all: Histogram };
  readonly jumpMetres: { readonly hero: Histogram; readonly all: Histogram };
  /** Ticks in which nobody simulated a walker, for each walker its longest. */
  readonly authorityGapTicks: Histogram;
  /** Ticks that both servers simulated, one after the other, because the second was behind the first. */
  readonly repeatedTicks: number;
  readonly prepareMs: Histogram;
  readonly warmMs: Histogram;
  readonly commitMs: Histogram;
  /** What went wrong; empty for a run in which nothing did. */
  readonly wrong: readonly string[];
};

export type CrossingOptions = {
  /** Of the first walker; the others walk as long as it does. */
  readonly crossings: number;
  readonly bots: number;
  /** Of the bots, in hundredths of full speed. */
  readonly botSpeed?: number;
  /** It ends here at the latest, with the crossings that there were. */
  readonly withinMs: number;
  readonly say?: (line: string) => void;
};

const JOIN_AT_ONCE = 4;
/** Complaints that are printed. */
const MOST_LINES = 40;

/** Lets one walker and bots cross the border of a zone that two servers share. The walkers stay in the world. */
export async function cross(
  dev: DevStack,
  { crossings, bots, botSpeed = 100, withinMs, say = () => {} }: CrossingOptions,
): Promise<{ readonly report: CrossingReport; readonly walkers: readonly Commuter[]; readonly border: Border }> {
  const border = await borderOf(dev);
  const walkers = await enterAll(dev, border, bots + 1, say);
  const [hero] = walkers as [Commuter];
  for (const bot of walkers.slice(1)) bot.speed = botSpeed;
  const watch = new OwnerWatch(dev, await serversOf(dev, border));
  const startMs = performance.now();
  for (const walker of walkers) walker.walk();
  let saidMs = startMs;
  await waitUntil(
    `${crossings} crossings`,
    () => {
      if (performance.now() - saidMs > 5_000) {
        saidMs = performance.now();
        say(`${hero.crossings} crossings after ${((saidMs - startMs) / 1000).toFixed(0)} s`);
      }
      return hero.crossings >= crossings;
    },
    withinMs,
  )
    // The report says how many it were.
    .catch(() => {});
  const seconds = (performance.now() - startMs) / 1000;
  await Promise.all(walkers.map((walker) => walker.stop()));
  await waitUntil("every handoff is measured", () => walkers.every((w) => w.handoffs.length === w.crossings), 5_000)
    // Told below, walker by walker.
    .catch(() => {});
  await watch[Symbol.asyncDispose]();
  const done = [...watch.handoffs.values()].filter(({ outcome }) => outcome === "done");
  const all = walkers.flatMap(({ handoffs }) => handoffs);
  const report: CrossingReport = {
    crossings: hero.crossings,
    bots,
    botCrossings: walkers.slice(1).reduce((total, bot) => total + bot.crossings, 0),
    seconds,
    interruptionMs: {
      hero: histogramOf(hero.handoffs.map(({ interruptionMs }) => interruptionMs)),
      all: histogramOf(all.map(({ interruptionMs }) => interruptionMs)),
    },
    jumpMetres: {
      hero: histogramOf(hero.handoffs.map(({ jumpMetres }) => jumpMetres)),
      all: histogramOf(all.map(({ jumpMetres }) => jumpMetres)),
    },
    authorityGapTicks: histogramOf(walkers.map(({ world }) => world.me?.entity.Life.longestGap ?? Number.NaN)),
    repeatedTicks: walkers.reduce((total, { world }) => total + (world.me?.entity.Life.repeated ?? 0), 0),
    prepareMs: histogramOf(done.map(({ prepareMs }) => prepareMs)),
    warmMs: histogramOf(done.map(({ warmMs }) => warmMs)),
    commitMs: histogramOf(done.map(({ commitMs }) => commitMs)),
    wrong: [...walkers.flatMap(mistakesOf), ...[...watch.doubled].map((name) => `${name} lived twice`)],
  };
  return { report, walkers, border };
}

/** The report as lines for people. */
export function formatReport(report: CrossingReport): readonly string[] {
  const { crossings, botCrossings, bots, seconds, repeatedTicks } = report;
  return [
    `${crossings} crossings of one walker, ${botCrossings} of ${bots} others, in ${seconds.toFixed(0)} s`,
    formatHistogram("interruption ms", report.interruptionMs.hero),
    formatHistogram("interruption ms, all", report.interruptionMs.all),
    formatHistogram("jump m", report.jumpMetres.hero, 4),
    formatHistogram("jump m, all", report.jumpMetres.all, 4),
    formatHistogram("longest authority gap of each, ticks", report.authorityGapTicks),
    `ticks simulated by both servers: ${repeatedTicks}`,
    formatHistogram("prepare ms", report.prepareMs),
    formatHistogram("warm link ms", report.warmMs),
    formatHistogram("commit ms", report.commitMs),
    ...(report.wrong.length === 0 ? ["nothing went wrong"] : report.wrong.slice(0, MOST_LINES)),
  ];
}

/** Game ports of the servers on both sides. */
export async function serversOf(dev: DevStack, { west, east }: Border) {
  const { management: baseUrl, customerGuid } = dev;
  const { instances } = await callEndpoint(management.overview, { baseUrl, customerGuid });
  return instances.filter(({ zoneInstanceId }) => zoneInstanceId === west || zoneInstanceId === east);
}

async function enterAll(dev: DevStack, border: Border, count: number, say: (line: string) => void) {
  const walkers: Commuter[] = [];
  let next = 0;
  const come = async () => {
    while (next < count) walkers.push(await Commuter.enter(dev, `Walker${next++}`, border));
  };
  await Promise.all(Array.from({ length: JOIN_AT_ONCE }, come));
  say(`${walkers.length} walkers are in the world`);
  return walkers;
}

function mistakesOf({ characterName, world, handoffs, crossings, marks, troubles }: Commuter): string[] {
  const wrong = troubles.map((trouble) => `${characterName}: ${trouble}`);
  const { me, stats } = world;
  if (me === undefined) return [...wrong, `${characterName} is not in the world`];
  const { Trace } = me.entity;
  if (Trace.mistakes > 0) wrong.push(`${characterName}: ${Trace.mistakes} marks out of order`);
  if (Trace.marks !== marks) wrong.push(`${characterName}: ${Trace.marks} of ${marks} marks were applied`);
  if (handoffs.length !== crossings)
    wrong.push(`${characterName}: ${handoffs.length} events of ${crossings} crossings`);
  if (stats.handoffs !== crossings) wrong.push(`${characterName}: ${stats.handoffs} changes of ${crossings} crossings`);
  if (stats.lostInputs > 0) wrong.push(`${characterName}: ${stats.lostInputs} lost inputs`);
  return wrong;
}
