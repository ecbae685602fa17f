import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isBuilt, type Site, sites } from "./sites.ts";

const BUILDER = fileURLToPath(new URL("../build-pages-main.ts", import.meta.url));
const LOG_CHARACTERS = 4000;

export type PagesOutcome = {
  readonly built: readonly string[];
  /** What Vite said about those that could not be built; empty when all could. */
  readonly problem: string;
};

/**
 * Builds the pages whose sources changed since they were built, in a process of its own: Vite is big, and needed only
 * now. A page that can't be built leaves the services as useful as they are.
 */
export async function buildPages(signal: AbortSignal): Promise<PagesOutcome> {
  const stale = Object.values(sites).filter((site) => existsSync(join(site.root, "index.html")) && !isBuilt(site));
  const log = stale.length === 0 ? "" : await runBuilder(stale, signal);
  const built = stale.filter(isBuilt);
  return { built: built.map((site) => site.name), problem: built.length < stale.length ? log.trim() : "" };
}

/** Answers what the builder printed. */
function runBuilder(stale: readonly Site[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const builder = spawn(process.execPath, [BUILDER, ...stale.map((site) => site.name)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_ENV: "production" },
      signal,
    });
    let log = "";
    const keep = (text: unknown) => {
      log = (log + String(text)).slice(-LOG_CHARACTERS);
    };
    builder.stdout.on("data", keep);
    builder.stderr.on("data", keep);
    builder.once("error", reject);
    builder.once("close", () => resolve(log));
  });
}
