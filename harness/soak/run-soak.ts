import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Prng } from "@ows/base";
import { processesMentioning } from "../dev-stack/processes.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { Account } from "../game-client/account.ts";
import { CuttablePlayers } from "./cuttable-players.ts";
import { comeAndGo, type FaultName, faults, type Victims } from "./faults.ts";
import { type Growth, growthOf, judge } from "./judge.ts";
import { type Sample, takeSample } from "./sample.ts";

const BOTS = 40;
const CUTTABLE = 10;
const VISITORS = 30;
/** Crowds before the first sample: after about 2,000 arrivals heaps have the size that they keep. */
const WARM_UP_CROWDS = 80;
const SAMPLE_EVERY_MS = 10_000;
const FAULT_EVERY_MS = 20_000;
/**
 * Without faults at the end: a launcher and a zone server start anew in it, and kept-alive HTTP connections, which
 * services close after 72 s, are gone.
 */
const CALM_MS = 100_000;

export type SoakOptions = {
  readonly minutes: number;
  readonly seed: number;
  readonly portBase: number;
  /** Faults to draw from. */
  readonly faults: readonly FaultName[];
  readonly say: (line: string) => void;
};

export type SoakResult = { readonly growth: readonly Growth[]; readonly wrong: readonly string[] };

/** Runs the whole stack under load and faults, looks at it every ten seconds, and judges it at the end. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const dataDir = await mkdtemp(join(tmpdir(), "ows-soak-"));
  try {
    const dev = await startDev({ portBase: options.portBase, bots: BOTS, dataDir });
    const samples: Sample[] = [];
    let last: Sample;
    try {
      last = await suffer(dev, options, samples);
    } catch (error) {
      await dev.stop();
      throw error;
    }
    const exitCode = await dev.stop();
    const left = processesMentioning(dataDir, dev.instanceManagement).map(({ command }) => command);
    const expectedPlayers = BOTS + CUTTABLE;
    const wrong = judge(samples, { expectedPlayers, last, left, exitCode });
    return { growth: growthOf(samples, expectedPlayers), wrong };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Load, faults and samples; answers the sample after the calm at the end. */
async function suffer(dev: DevStack, options: SoakOptions, samples: Sample[]): Promise<Sample> {
  const { seed, minutes, say } = options;
  const prng = Prng.fromSeed(seed);
  await using players = await CuttablePlayers.enter(dev, CUTTABLE, prng.u32());
  const visitors = await createVisitors(dev);
  for (let crowd = 0; crowd < WARM_UP_CROWDS; crowd++) await Promise.all(visitors.map(comeAndGo));
  const startMs = performance.now();
  const look = async () => {
    const sample = await takeSample(dev, (performance.now() - startMs) / 1000);
    say(sampleLine(sample));
    return sample;
  };
  const calmAtMs = startMs + Math.max(0, minutes * 60_000 - CALM_MS);
  const harm = doHarm({ dev, players, visitors, prng }, options, startMs, calmAtMs);
  for (let atMs = startMs; atMs <= startMs + minutes * 60_000; atMs += SAMPLE_EVERY_MS) {
    await sleep(Math.max(0, atMs - performance.now()));
    samples.push(await look());
  }
  await harm;
  return waitUntil("every player is back", async () => {
    const sample = await takeSample(dev, (performance.now() - startMs) / 1000);
    return sample.connected >= BOTS + CUTTABLE && sample;
  }).catch(look);
}

async function doHarm(victims: Victims, options: SoakOptions, startMs: number, untilMs: number): Promise<void> {
  const { say } = options;
  for (let atMs = startMs + FAULT_EVERY_MS; atMs < untilMs; atMs += FAULT_EVERY_MS) {
    await sleep(Math.max(0, atMs - performance.now()));
    const name = victims.prng.pick(options.faults);
    const done = await Promise.resolve(faults[name](victims)).catch((error: unknown) => `failed: ${error}`);
    say(`${seconds(performance.now() - startMs)}  ${name}: ${done}`);
  }
}

async function createVisitors(dev: DevStack): Promise<readonly Account[]> {
  const visitors: Account[] = [];
  for (let i = 0; i < VISITORS; i++) visitors.push(await Account.create(dev, `Visitor${String(i).padStart(2, "0")}`));
  return visitors;
}

function sampleLine({ atS, processes, entities, connected, doubled, tickP99Ms, silent }: Sample): string {
  const figures = processes.map(
    ({ role, pid, rssMiB, descriptors }) => `${role} ${pid} ${rssMiB.toFixed(0)} MiB ${descriptors} fd`,
  );
  const trouble = [...doubled.map((name) => `doubled: ${name}`), ...silent];
  const tick = tickP99Ms === undefined ? "no tick" : `tick p99 ${tickP99Ms.toFixed(1)} ms`;
  return [
    `${seconds(atS * 1000)}  ${connected} players, ${entities} entities, ${tick}`,
    ...figures,
    ...trouble.map((what) => `! ${what}`),
  ].join(" | ");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0).padStart(4)} s`;
}
