import { spawnSync } from "node:child_process";

/** Everything a change must pass before it is handed in, in the order of what fails fastest. */
const STEPS: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["format and lint", "biome", "check", "--error-on-warnings", "."],
  ["types", process.execPath, "tools/types.ts"],
  ["promise rules", "oxlint", "--type-aware", "--deny-warnings"],
  ["dead code", "knip"],
  ["wire schemas", "buf", "lint"],
  ["generated text", process.execPath, "tools/docs.ts", "--check"],
  ["tests", "vitest", "run", "--project", "unit"],
];

const withoutTests = process.argv.includes("--without-tests");
const failed: string[] = [];
for (const [name, command, ...args] of STEPS) {
  if (withoutTests && name === "tests") continue;
  const startedMs = performance.now();
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(", ")}`);
  process.exit(1);
}
