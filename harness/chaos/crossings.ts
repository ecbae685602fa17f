import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDev } from "../dev-stack/start-dev.ts";
import { cross } from "./cross.ts";
import { formatReport, verdictOf } from "./crossing-report.ts";

/**
 * Walks over a border until it is enough, and says how it felt:
 * `node harness/chaos/crossings.ts --crossings 1000 --bots 300 --out crossings.json`. Ends with 0 when every promise was
 * kept, 1 when one was not, 2 when the clients had no time to play.
 */
const EXIT_CODES = { held: 0, failed: 1, invalid: 2 };
const { values } = parseArgs({
  options: {
    crossings: { type: "string", default: "1000" },
    bots: { type: "string", default: "300" },
    "bot-speed": { type: "string", default: "100" },
    "stay-ms": { type: "string", default: "200" },
    "within-seconds": { type: "string", default: "840" },
    "strike-every": { type: "string", default: "20" },
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
const { report, crew } = await cross(dev, {
  crossings: Number(values.crossings),
  bots: Number(values.bots),
  botSpeed: Number(values["bot-speed"]),
  strikeEvery: Number(values["strike-every"]),
  withinMs: Number(values["within-seconds"]) * 1000,
  say: console.log,
});
await using _ = crew;
for (const line of formatReport(report)) console.log(line);
const verdict = verdictOf(report);
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify({ verdict, ...report }, undefined, 2)}\n`);
await crew.leave();
process.exitCode = EXIT_CODES[verdict];
