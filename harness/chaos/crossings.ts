import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDev } from "../dev-stack/start-dev.ts";
import { cross, formatReport } from "./cross.ts";

/**
 * Walks over a border until it is enough, and says how it felt:
 * `node harness/chaos/crossings.ts --crossings 1000 --bots 300 --out crossings.json`.
 */
const { values } = parseArgs({
  options: {
    crossings: { type: "string", default: "1000" },
    bots: { type: "string", default: "300" },
    "bot-speed": { type: "string", default: "100" },
    "stay-ms": { type: "string", default: "200" },
    "within-seconds": { type: "string", default: "3600" },
    "port-base": { type: "string", default: "7350" },
    out: { type: "string" },
  },
});
await using dev = await startDev({
  portBase: Number(values["port-base"]),
  servers: 2,
  game: join(import.meta.dirname, "crossing-game.ts"),
  env: { OWS_ZONE_MINIMUM_STAY_MS: values["stay-ms"] },
});
const { report, walkers } = await cross(dev, {
  crossings: Number(values.crossings),
  bots: Number(values.bots),
  botSpeed: Number(values["bot-speed"]),
  withinMs: Number(values["within-seconds"]) * 1000,
  say: console.log,
});
for (const line of formatReport(report)) console.log(line);
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(report, undefined, 2)}\n`);
await Promise.all(walkers.map((walker) => walker[Symbol.asyncDispose]()));
if (report.wrong.length > 0) process.exitCode = 1;
