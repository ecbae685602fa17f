#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: finds the Node 24 that the project brings and hands over to it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 24;
const entry = fileURLToPath(new URL("../apps/cli/src/main.ts", import.meta.url));
const pinned = fileURLToPath(
  new URL(`../node_modules/node/bin/node${process.platform === "win32" ? ".exe" : ""}`, import.meta.url),
);
const major = Number(process.versions.node.split(".")[0]);

if (major >= NEEDED_MAJOR) {
  await import(entry);
} else if (existsSync(pinned)) {
  // The channel tells the child when this process dies without a word: it then stops as if it had been asked to.
  const watchParent = new URL("../apps/cli/src/dev/watch-parent.ts", import.meta.url).href;
  const stdio = ["inherit", "inherit", "inherit", "ipc"];
  const child = spawn(pinned, ["--import", watchParent, entry, ...process.argv.slice(2)], { stdio });
  // The terminal sends Ctrl-C to the whole group; what comes by `kill` is passed on.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 1));
} else {
  console.error(
    `ows: this is Node ${process.versions.node}; OWS Mesh runs on Node ${NEEDED_MAJOR}. ` +
      "Run `npm install` with install scripts allowed (it brings Node 24 along), or start ows with Node 24 or newer.",
  );
  process.exit(1);
}
