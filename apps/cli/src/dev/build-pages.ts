import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isBuilt, type Site } from "./sites.ts";

const BUILDER = fileURLToPath(new URL("../build-pages-main.ts", import.meta.url));

export type PagesOutcome = {
  readonly built: readonly string[];
  readonly failed: readonly string[];
};

/**
 * Builds the pages whose sources changed since they were built, in a process of its own: Vite is big, and needed only
 * now. A page that can't be built leaves the services as useful as they are.
 */
export async function buildPages(pages: readonly Site[], logFile: string, signal: AbortSignal): Promise<PagesOutcome> {
  const stale = pages.filter((site) => !isBuilt(site));
  if (stale.length > 0) await runBuilder(stale, logFile, signal);
  const built = stale.filter(isBuilt);
  return { built: namesOf(built), failed: namesOf(stale.filter((site) => !built.includes(site))) };
}

function namesOf(list: readonly Site[]): readonly string[] {
  return list.map((site) => site.name);
}

function runBuilder(stale: readonly Site[], logFile: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const log = openSync(logFile, "w", 0o600);
    const builder = spawn(
      process.execPath,
      [BUILDER, ...stale.map((site) => `${site.name}=${site.root}=${site.dist}`)],
      {
        stdio: ["ignore", log, log],
        env: { ...process.env, NODE_ENV: "production" },
        signal,
      },
    );
    closeSync(log);
    builder.once("error", reject);
    builder.once("exit", () => resolve());
  });
}
