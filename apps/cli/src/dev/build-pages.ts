import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DevError } from "./dev-error.ts";
import { isBuilt, type Site, sites } from "./sites.ts";

const BUILDER = fileURLToPath(new URL("../build-pages-main.ts", import.meta.url));
const LOG_CHARACTERS = 4000;

/**
 * Builds the pages whose sources changed since they were built, in a process of its own: Vite is big, and needed only
 * now. Answers the names of those that were built. Throws `DevError` with what Vite says.
 */
export async function buildPages(signal: AbortSignal): Promise<readonly string[]> {
  const stale = Object.values(sites).filter((site) => existsSync(join(site.root, "index.html")) && !isBuilt(site));
  if (stale.length > 0) await runBuilder(stale, signal);
  return stale.map((site) => site.name);
}

function runBuilder(stale: readonly Site[], signal: AbortSignal): Promise<void> {
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
    builder.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new DevError(`the pages could not be built:\n${log}`));
    });
  });
}
