import { callEndpoint, management } from "@ows/protocol/http";
import type { DevStack } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { blowLedger, ledgerMistakes } from "./blow-ledger.ts";
import { type Border, borderOf } from "./border.ts";
import type { CommuterRecord } from "./commuter.ts";
import type { CrossingReport } from "./crossing-report.ts";
import { type Histogram, histogramOf } from "./histogram.ts";
import { LoadWatch } from "./load-watch.ts";
import { OwnerWatch } from "./owner-watch.ts";
import { Walkers } from "./walkers.ts";

export type CrossingOptions = {
  /** Of the first walker; the others walk as long as it does. */
  readonly crossings: number;
  readonly bots: number;
  /** Of the bots, in hundredths of full speed. */
  readonly botSpeed?: number;
  /** Each walker strikes at somebody near it in every so manyth snapshot; 0: never. */
  readonly strikeEvery?: number;
  /** It ends here at the latest, with the crossings that there were. */
  readonly withinMs: number;
  readonly say?: (line: string) => void;
};

type Crossing = {
  readonly report: CrossingReport;
  readonly hero: CommuterRecord;
  readonly walkers: readonly CommuterRecord[];
  /** They stand where they stopped until they leave. */
  readonly crew: Walkers;
  readonly border: Border;
};

const STRIKE_EVERY = 20;
const SAY_EVERY_MS = 10_000;

/** Lets one walker and bots cross the border of a zone that two servers share. The walkers stay in the world. */
export async function cross(dev: DevStack, options: CrossingOptions): Promise<Crossing> {
  const { crossings, bots, botSpeed = 100, strikeEvery = STRIKE_EVERY, withinMs, say = () => {} } = options;
  const border = await borderOf(dev);
  const crew = await Walkers.start(dev, border, { bots, botSpeed, strikeEvery });
  try {
    say(`${bots + 1} walkers are in the world, in ${crew.pids.length} processes`);
    const servers = await serversOf(dev, border);
    const load = new LoadWatch(dev, crew.pids, servers);
    const watch = new OwnerWatch(dev, servers);
    const startMs = performance.now();
    await crew.walk();
    await waitForCrossings(crew, { crossings, withinMs, startMs, say });
    const seconds = (performance.now() - startMs) / 1000;
    const machine = await load.read();
    const reports = await crew.stop();
    await watch[Symbol.asyncDispose]();
    const walkers = reports.flatMap((report) => report.walkers);
    const [hero] = walkers as [CommuterRecord];
    const mistakes = [
      ...walkers.flatMap(mistakesOf),
      ...[...watch.doubled].map(([name, how]) => `${name} lived twice: ${how}`),
    ];
    const blows = blowLedger(walkers);
    const report: CrossingReport = {
      crossings: hero.crossings,
      wanted: crossings,
      bots,
      botCrossings: walkers.slice(1).reduce((total, bot) => total + bot.crossings, 0),
      seconds,
      ...figuresOf(walkers, watch),
      inputs: walkers.reduce((total, { felt }) => total + felt.appliedInputs, 0),
      blows,
      clients: reports.map(({ load }) => load),
      ...machine,
      broken: [...mistakes, ...ledgerMistakes(blows)],
      troubles: [...walkers.flatMap(troublesOf), ...reports.flatMap(({ unsettled }) => unsettled)],
    };
    return { report, hero, walkers, crew, border };
  } catch (error) {
    await crew[Symbol.asyncDispose]();
    throw error;
  }
}

/** Game ports of the servers on both sides. */
export async function serversOf(dev: DevStack, { west, east }: Border) {
  const { management: baseUrl, customerGuid } = dev;
  const { instances } = await callEndpoint(management.overview, { baseUrl, customerGuid });
  return instances.filter(({ zoneInstanceId }) => zoneInstanceId === west || zoneInstanceId === east);
}

async function waitForCrossings(
  crew: Walkers,
  {
    crossings,
    withinMs,
    startMs,
    say,
  }: { crossings: number; withinMs: number; startMs: number; say(line: string): void },
): Promise<void> {
  let saidMs = startMs;
  const isEnough = async () => {
    const count = await crew.crossings();
    const nowMs = performance.now();
    if (nowMs - saidMs > SAY_EVERY_MS) {
      saidMs = nowMs;
      say(`${count} crossings after ${((nowMs - startMs) / 1000).toFixed(0)} s`);
    }
    return count >= crossings;
  };
  // The report says how many it were.
  await waitUntil(`${crossings} crossings`, isEnough, withinMs).catch(() => {});
}

function figuresOf(walkers: readonly CommuterRecord[], { handoffs }: OwnerWatch) {
  const done = [...handoffs.values()].filter(({ outcome }) => outcome === "done");
  const lives = walkers.flatMap(({ noted }) => noted?.life ?? []);
  const sum = (value: (life: (typeof lives)[number]) => number) => lives.reduce((total, l) => total + value(l), 0);
  const [one, two, more] = [sum((life) => life.one), sum((life) => life.two), sum((life) => life.more)];
  const all = walkers.reduce((total, { crossings }) => total + crossings, 0);
  return {
    interruptionMs: ofHeroAndAll(walkers, ({ interruptionMs }) => interruptionMs, 1),
    jumpMetres: ofHeroAndAll(walkers, ({ jumpMetres }) => jumpMetres, 0.0001),
    authorityGaps: { none: all - one - two - more, one, two, more, longest: Math.max(...lives.map((l) => l.longest)) },
    repeatedTicks: sum(({ repeated }) => repeated),
    skippedTicks: sum(({ skipped }) => skipped),
    prepareMs: histogramOf(done.map(({ prepareMs }) => prepareMs)),
    warmMs: histogramOf(done.map(({ warmMs }) => warmMs)),
    commitMs: histogramOf(done.map(({ commitMs }) => commitMs)),
  };
}

function ofHeroAndAll(
  walkers: readonly CommuterRecord[],
  valuesOf: (felt: CommuterRecord["felt"]) => readonly number[],
  step: number,
): { readonly hero: Histogram; readonly all: Histogram } {
  const values = walkers.map(({ felt }) => valuesOf(felt));
  return { hero: histogramOf(values[0] ?? [], step), all: histogramOf(values.flat(), step) };
}

/** What no lack of time excuses: who kept its avatar has every input counted once, and each crossing seen once. */
function mistakesOf({ characterName, felt, crossings, marks, noted }: CommuterRecord): string[] {
  if (noted === undefined || felt.lostInputs > 0) return [];
  const wrong: string[] = [];
  const { trace, account } = noted;
  if (trace.mistakes > 0) wrong.push(`${characterName}: ${trace.mistakes} marks out of order`);
  if (trace.marks !== marks) wrong.push(`${characterName}: ${trace.marks} of ${marks} marks were applied`);
  const counted = trace.moves + trace.marks + account.struck;
  if (counted !== felt.appliedInputs) {
    wrong.push(`${characterName}: ${counted} inputs were counted, ${felt.appliedInputs} were acknowledged`);
  }
  if (felt.changes !== crossings) wrong.push(`${characterName}: ${felt.changes} changes of ${crossings} crossings`);
  return wrong;
}

/** What may come of a client that had no time. */
function troublesOf({ characterName, felt, crossings, troubles, noted }: CommuterRecord): string[] {
  const wrong = troubles.map((trouble) => `${characterName}: ${trouble}`);
  if (noted === undefined) wrong.push(`${characterName} is not in the world`);
  if (felt.lostInputs > 0) wrong.push(`${characterName}: ${felt.lostInputs} lost inputs`);
  const measured = felt.interruptionMs.length;
  // In a storm the last one is always under way.
  if (measured < crossings - 1) wrong.push(`${characterName}: ${measured} of ${crossings} crossings were measured`);
  return wrong;
}
