import { spawnSync } from "node:child_process";

/** Type-checks the tree once per set of globals: pure layers without any, services with Node's, pages with the DOM's. */
for (const project of ["tsconfig.pure.json", "tsconfig.node.json", "tsconfig.browser.json"]) {
  const { status } = spawnSync("tsc", ["-p", project, "--pretty", "false"], { stdio: "inherit" });
  if (status !== 0) {
    console.error(`types: ${project} failed`);
    process.exit(1);
  }
}
