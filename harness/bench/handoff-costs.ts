import type { PhaseCost } from "./cpu-ledger.ts";

export type Side = "S" | "T";

type Stage = { readonly side: Side; readonly stage: string; readonly phases: readonly string[] };

/** What belongs to what: S gives an entity away, T takes it. `pack` is shared between states and commits by their number. */
const STAGES: readonly Stage[] = [
  {
    side: "S",
    stage: "preparation",
    phases: [
      "send prepare",
      "receive ready",
      "receive refuse",
      "send state",
      "send delta",
      "pack for states",
      "send abort",
    ],
  },
  { side: "S", stage: "commit", phases: ["pack for commit", "send commit", "release"] },
  { side: "S", stage: "completion", phases: ["receive complete", "receive durable", "receive notTaken"] },
  {
    side: "T",
    stage: "preparation",
    phases: ["receive prepare", "send ready", "send refuse", "receive state", "receive delta", "receive abort"],
  },
  { side: "T", stage: "adoption", phases: ["receive commit", "settle"] },
  { side: "T", stage: "completion", phases: ["send complete", "send durable", "send not-taken"] },
];

type Costs = Readonly<Record<string, PhaseCost>>;

export type HandoffCosts = {
  /** CPU in microseconds per handoff. */
  readonly sides: { readonly S: number; readonly T: number; readonly both: number };
  readonly stages: Readonly<Record<string, number>>;
  /** Finer: what each kind of message, and each step beside, takes and how often it happens per handoff. */
  readonly phases: Readonly<Record<string, { readonly us: number; readonly times: number; readonly usEach: number }>>;
};

/** Divides what both servers spent by the handoffs that it was spent for. */
export function costsPerHandoff(servers: readonly Costs[], handoffs: number): HandoffCosts {
  const total = withPacks(summed(servers));
  const sides = { S: 0, T: 0 };
  const stages: Record<string, number> = {};
  const phases: Record<string, { us: number; times: number; usEach: number }> = {};
  for (const { side, stage, phases: names } of STAGES) {
    for (const name of names.flatMap(withParts)) {
      const cost = total[name];
      if (cost === undefined || cost.times === 0) continue;
      const us = (cost.ms * 1_000) / handoffs;
      sides[side] += us;
      stages[`${side} ${stage}`] = (stages[`${side} ${stage}`] ?? 0) + us;
      phases[`${side} ${name}`] = { us, times: cost.times / handoffs, usEach: (cost.ms * 1_000) / cost.times };
    }
  }
  return { sides: { ...sides, both: sides.S + sides.T }, stages, phases };
}

/** Reading what is received and writing what is sent are phases of their own. */
function withParts(name: string): string[] {
  if (name.startsWith("receive ")) return [`read ${name.slice("receive ".length)}`, name];
  return name.startsWith("send ") ? [name, `${name}: write`] : [name];
}

function summed(servers: readonly Costs[]): Record<string, PhaseCost> {
  const total: Record<string, PhaseCost> = {};
  for (const [name, { ms, times }] of servers.flatMap((costs) => Object.entries(costs))) {
    total[name] = { ms: (total[name]?.ms ?? 0) + ms, times: (total[name]?.times ?? 0) + times };
  }
  return total;
}

function withPacks(total: Record<string, PhaseCost>): Costs {
  const { pack = { ms: 0, times: 0 } } = total;
  const commits = Math.min(pack.times, total["send commit"]?.times ?? 0);
  const share = (times: number): PhaseCost => ({ ms: pack.times === 0 ? 0 : (pack.ms * times) / pack.times, times });
  return { ...total, "pack for commit": share(commits), "pack for states": share(pack.times - commits) };
}
