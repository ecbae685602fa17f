import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join as joinPath } from "node:path";
import { parseArgs } from "node:util";
import { compare } from "./compare.ts";
import { crowd } from "./crowd.ts";
import { ghosts } from "./ghosts.ts";
import { ground } from "./ground.ts";
import { handoff } from "./handoff.ts";
import { join } from "./join.ts";
import { links } from "./links.ts";
import { meshTax } from "./mesh-tax.ts";
import { startUp } from "./start-up.ts";
import { tableOf } from "./table.ts";
import { gas } from "./w1-gas.ts";
import { pingPong } from "./w4-ping-pong.ts";
import { type Figures, OracleFailed, type RunOptions, type Workload } from "./workload.ts";

const WORKLOADS: readonly Workload[] = [
  startUp,
  join,
  crowd,
  ground,
  links,
  ghosts,
  handoff,
  meshTax(2),
  meshTax(4),
  gas,
  pingPong,
];

const HELP = `npm run bench -- [workload …] [--seed N] [--seconds N] [--entities N] [--clients N] [--hz N] [--out FILE]
npm run bench -- --compare A.json B.json

Workloads (all when none is named):
${WORKLOADS.map(({ id, about }) => `  ${id.padEnd(10)} ${about}`).join("\n")}

Writes one JSON file per run to bench-results/. Figures are measurements of a shared machine: compare runs of one
session, and trust ratios. Exits with 1 when an oracle fails.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    compare: { type: "boolean" },
    help: { type: "boolean" },
    seed: { type: "string", default: "1" },
    seconds: { type: "string" },
    entities: { type: "string" },
    clients: { type: "string" },
    hz: { type: "string" },
    out: { type: "string" },
  },
});

const unknown = values.compare ? [] : positionals.filter((id) => !WORKLOADS.some((workload) => workload.id === id));
if (values.help || unknown.length > 0 || (values.compare && positionals.length !== 2)) {
  if (unknown.length > 0) console.error(`unknown workload: ${unknown.join(", ")}\n`);
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}

if (values.compare) {
  const [a, b] = positionals.map((file) => JSON.parse(readFileSync(file, "utf8")));
  for (const [name, { commit, machine, node, seed, realTimeFactor }] of [["A", a] as const, ["B", b] as const]) {
    console.log(
      `${name}: ${commit}, ${machine.cpu} × ${machine.cores}, Node ${node}, seed ${seed}, real time ${realTimeFactor}`,
    );
  }
  console.log(compare(a.figures, b.figures));
} else {
  const chosen = WORKLOADS.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
  const figures: Record<string, unknown> = {};
  for (const workload of chosen) {
    console.error(`${workload.id}: ${workload.about}`);
    figures[workload.id] = await run(workload);
    console.error(JSON.stringify(figures[workload.id], roundNumbers, 2));
    printTable(workload, figures[workload.id] as Figures);
  }
  const result = {
    ...{ machine: machine(), commit: commit(), node: process.version, at: new Date().toISOString() },
    ...{ options: runOptions(), seed: Number(values.seed) },
    /** Of the slowest server of all: below 1, the machine had no time, and figures are the machine's. */
    realTimeFactor: slowest(figures),
    figures,
  };
  mkdirSync("bench-results", { recursive: true });
  const file = values.out ?? joinPath("bench-results", `${new Date().toISOString().replaceAll(":", "-")}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(file);
}

/** What does not hold, or throws, fails the whole run; figures are written all the same, and the others are measured. */
async function run(workload: Workload): Promise<Figures> {
  try {
    return await workload.run(runOptions());
  } catch (error) {
    process.exitCode = 1;
    if (!(error instanceof OracleFailed)) {
      console.error(`${workload.id}: broke`, error);
      return { wrong: [String(error)] };
    }
    console.error(`${workload.id}: an oracle does not hold\n${error.message}`);
    return { ...error.figures, wrong: error.message.split("\n") };
  }
}

function printTable({ rows }: Workload, figures: Figures): void {
  if (rows !== undefined && Object.keys(figures).some((name) => name !== "wrong")) console.log(tableOf(rows(figures)));
  const { wrong = [] } = figures as { readonly wrong?: readonly string[] };
  for (const mistake of wrong) console.log(`WRONG: ${mistake}`);
}

function slowest(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const factors = Object.entries(value).flatMap(([key, inner]) => {
    const factor = key === "realTimeFactor" ? (inner as number) : slowest(inner);
    return factor ?? [];
  });
  return factors.length === 0 ? undefined : Math.min(...factors);
}

function runOptions(): RunOptions {
  const { seed, seconds, entities, clients, hz } = values;
  const given = { seconds, entities, clients, tickHz: hz };
  const numbers = Object.entries(given).flatMap(([name, text]) => (text === undefined ? [] : [[name, Number(text)]]));
  return { seed: Number(seed), ...Object.fromEntries(numbers) };
}

function machine() {
  return { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) };
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

function roundNumbers(key: string, value: unknown): unknown {
  if (key === "raw") return undefined;
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
