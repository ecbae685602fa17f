import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Border } from "./border.ts";
import { Commuter, type CommuterRecord, type Stack } from "./commuter.ts";

/*
 * A process of walkers: `node walkers-process.ts <json>`, forked by `walkers.ts`. It answers each order with one message.
 */
export type WalkersOrder = {
  readonly stack: Stack;
  readonly border: Border;
  readonly names: readonly string[];
  readonly speed: number;
  readonly strikeEvery: number;
};

export type WalkersCommand =
  | "walk"
  /** Answers `crossings`. */
  | "count"
  /** Stands still until everything is told and answered; answers `WalkersReport`. */
  | "stop"
  | "leave";

export type WalkersReport = {
  readonly walkers: readonly CommuterRecord[];
  /** What went wrong on the way to a standstill. */
  readonly unsettled: readonly string[];
  readonly load: ClientLoad;
};

/** How busy the process was while its walkers walked. */
export type ClientLoad = {
  readonly pid: number;
  /** Of one core. */
  readonly cpu: number;
  /** By how much its timers were late, in milliseconds. */
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number };
};

/** Logins are paid by the password's hash, which is slow on purpose. */
const JOIN_AT_ONCE = 2;
const LAG_RESOLUTION_MS = 5;

const order = JSON.parse(process.argv[2] ?? "{}") as WalkersOrder;
const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
let usage = process.cpuUsage();
let sinceMs = performance.now();
const walkers: Commuter[] = [];

await Promise.all(Array.from({ length: JOIN_AT_ONCE }, (_, first) => enterEvery(JOIN_AT_ONCE, first)));
process.on("message", (command: WalkersCommand) => void obey(command));
// Whoever has forked this process is gone.
process.on("disconnect", () => process.exit(1));
process.send?.("in the world");

async function enterEvery(step: number, first: number): Promise<void> {
  for (let i = first; i < order.names.length; i += step) {
    const walker = await Commuter.enter(order.stack, order.names[i] as string, order.border);
    walker.speed = order.speed;
    walker.strikeEvery = order.strikeEvery;
    walkers.push(walker);
  }
}

async function obey(command: WalkersCommand): Promise<void> {
  switch (command) {
    case "walk":
      lag.enable();
      usage = process.cpuUsage();
      sinceMs = performance.now();
      for (const walker of walkers) walker.walk();
      process.send?.("they walk");
      return;
    case "count":
      process.send?.(walkers.reduce((total, { crossings }) => total + crossings, 0));
      return;
    case "stop":
      process.send?.(await stop());
      return;
    case "leave":
      await Promise.all(walkers.map((walker) => walker[Symbol.asyncDispose]()));
      process.send?.("gone");
  }
}

async function stop(): Promise<WalkersReport> {
  const load = loadSince();
  const stopped = await Promise.allSettled(walkers.map((walker) => walker.stop().then(() => walker.settle())));
  const unsettled = stopped.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
  return { walkers: walkers.map((walker) => walker.record()), unsettled, load };
}

function loadSince(): ClientLoad {
  lag.disable();
  const { user, system } = process.cpuUsage(usage);
  // What is measured is the interval; what is told, by how much it was too long.
  const late = (ns: number) => Math.max(0, ns / 1e6 - LAG_RESOLUTION_MS);
  return {
    pid: process.pid,
    cpu: (user + system) / 1_000 / (performance.now() - sinceMs),
    lagMs: { p50: late(lag.percentile(50)), p99: late(lag.percentile(99)), max: late(lag.max) },
  };
}
