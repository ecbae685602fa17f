import type { BlowLedger } from "./blow-ledger.ts";
import { formatHistogram, type Histogram } from "./histogram.ts";
import type { MachineLoad } from "./load-watch.ts";
import type { ClientLoad } from "./walkers-process.ts";

/** What a crossing walker must not notice, and how long its change of server took. */
export type CrossingReport = MachineLoad & {
  readonly crossings: number;
  readonly wanted: number;
  readonly bots: number;
  readonly botCrossings: number;
  readonly seconds: number;
  readonly interruptionMs: { readonly hero: Histogram; readonly all: Histogram };
  readonly jumpMetres: { readonly hero: Histogram; readonly all: Histogram };
  /** Crossings by the ticks in which nobody simulated the walker. */
  readonly authorityGaps: {
    readonly none: number;
    readonly one: number;
    readonly two: number;
    readonly more: number;
    readonly longest: number;
  };
  /** Ticks that both servers simulated, one after the other, because the second was behind the first. */
  readonly repeatedTicks: number;
  /** Of each walker, ticks that the server it was at had no time for. */
  readonly skippedTicks: number;
  readonly prepareMs: Histogram;
  readonly warmMs: Histogram;
  /** From the end of the source's last tick until it knows that the target has the walker. */
  readonly commitMs: Histogram;
  /** Inputs that the servers acknowledged and counted, each once. */
  readonly inputs: number;
  readonly blows: BlowLedger;
  /** The first walker's process, then the bots'. */
  readonly clients: readonly ClientLoad[];
  /** Promises that were not kept; empty for a run in which all were. */
  readonly broken: readonly string[];
  /** Links and avatars that were lost: the servers' fault, or that of clients that had no time. */
  readonly troubles: readonly string[];
};

/** `invalid` says nothing about the servers: the clients were starved. */
export type Verdict = "held" | "failed" | "invalid";

/** A tick; a client whose timers are later than that in one of a hundred cases is a worse player than any. */
const MOST_LAG_MS = 50;
const MOST_CLIENT_CPU = 0.85;
/** Complaints that are printed. */
const MOST_LINES = 40;

export function verdictOf({
  crossings,
  wanted,
  broken,
  troubles,
  clients,
}: Pick<CrossingReport, "crossings" | "wanted" | "broken" | "troubles" | "clients">): Verdict {
  if (broken.length > 0) return "failed";
  if (troubles.length === 0 && crossings >= wanted) return "held";
  return clients.some(isSaturated) ? "invalid" : "failed";
}

/** The report as lines for people. */
export function formatReport(report: CrossingReport): readonly string[] {
  const { crossings, wanted, botCrossings, bots, seconds, authorityGaps, repeatedTicks, skippedTicks, blows } = report;
  const { none, one, two, more, longest } = authorityGaps;
  const failed = Object.entries(blows.failed).map(([reason, count]) => `, ${count} failed: ${reason}`);
  const complaints = [...report.broken, ...report.troubles];
  return [
    `${crossings} of ${wanted} crossings of one walker, ${botCrossings} of ${bots} others, in ${seconds.toFixed(0)} s`,
    formatHistogram("interruption ms", report.interruptionMs.hero),
    formatHistogram("interruption ms, all", report.interruptionMs.all),
    formatHistogram("jump m", report.jumpMetres.hero, 4),
    formatHistogram("jump m, all", report.jumpMetres.all, 4),
    `authority gap in ticks: 0 ${none} times, 1 ${one}, 2 ${two}, more ${more}, longest ${longest}`,
    `ticks simulated by both servers: ${repeatedTicks}; ticks of walkers that their server had no time for: ${skippedTicks}`,
    formatHistogram("prepare ms", report.prepareMs),
    formatHistogram("warm link ms", report.warmMs),
    formatHistogram("commit ms", report.commitMs),
    `inputs counted once: ${report.inputs}`,
    `blows: ${blows.sent} sent, ${blows.struck} struck, ${blows.missed} missed, ${blows.given} given, ` +
      `${blows.taken} taken, ${blows.unanswered} unanswered${failed.join("")}`,
    `the machine was busy for ${percent(report.machineBusy)} of its time; CPU of one core:`,
    ...report.processes.map(({ name, cpu }) => `  ${name} ${percent(cpu)}`),
    ...report.clients.map(formatClient),
    ...report.servers.map(
      ({ name, tickP99Ms, lateP99Ms, ticks, skippedTicks, sections }) =>
        `  ${name}: tick p99 ${tickP99Ms.toFixed(1)} ms, late p99 ${lateP99Ms.toFixed(1)} ms, ` +
        `${skippedTicks} of ${ticks + skippedTicks} ticks skipped; ` +
        Object.entries(sections)
          .map(([part, p99Ms]) => `${part} ${p99Ms.toFixed(1)}`)
          .join(", "),
    ),
    ...complaints.slice(0, MOST_LINES),
    ...(complaints.length > MOST_LINES ? [`and ${complaints.length - MOST_LINES} more`] : []),
    formatVerdict(report),
  ];
}

function formatVerdict(report: CrossingReport): string {
  const starved = report.clients.some(isSaturated);
  switch (verdictOf(report)) {
    case "held":
      return starved
        ? "held: nothing went wrong; how it felt is the machine's doing, clients had no time"
        : "held: nothing went wrong";
    case "failed":
      return `failed: ${report.broken.length} promises broken, ${report.troubles.length} troubles`;
    case "invalid":
      return "invalid: clients had no time to play, so nothing is said about the servers";
  }
}

function formatClient(load: ClientLoad): string {
  const { pid, cpu, lagMs } = load;
  const lag = `timers late p50 ${lagMs.p50.toFixed(1)} ms, p99 ${lagMs.p99.toFixed(1)}, max ${lagMs.max.toFixed(0)}`;
  return `  clients ${pid}: ${percent(cpu)}, ${lag}${isSaturated(load) ? " – SATURATED" : ""}`;
}

function isSaturated({ cpu, lagMs }: ClientLoad): boolean {
  return cpu > MOST_CLIENT_CPU || lagMs.p99 > MOST_LAG_MS;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
