import { parentPort, workerData } from "node:worker_threads";
import { runRange, type SeedRange } from "./run-many.ts";

parentPort?.postMessage(runRange(workerData as SeedRange));
