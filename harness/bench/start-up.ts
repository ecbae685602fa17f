import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDev } from "../dev-stack/start-dev.ts";
import { distributionOf } from "./histogram.ts";
import type { Workload } from "./workload.ts";

const ROUNDS = 5;
const PORT_BASE = 5600;

/** From the command to "ready": on a new data folder, and on one that has been used. */
export const startUp: Workload = {
  id: "start-up",
  about: "`ows dev` from the command to ready, in milliseconds: first start and later ones (pages already built)",
  async run() {
    const first: number[] = [];
    const later: number[] = [];
    const stop: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const dataDir = await mkdtemp(join(tmpdir(), "ows-bench-"));
      for (const samples of [first, later]) {
        const dev = await startDev({ portBase: PORT_BASE, dataDir });
        samples.push(dev.readyAfterMs);
        const startedMs = performance.now();
        await dev.stop("SIGINT");
        stop.push(performance.now() - startedMs);
      }
      await rm(dataDir, { recursive: true, force: true });
    }
    return { firstStartMs: distributionOf(first), laterStartMs: distributionOf(later), stopMs: distributionOf(stop) };
  },
};
