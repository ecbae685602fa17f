import { join } from "node:path";
import { DEMO_GAME, ZONE_ENTRY } from "../zone-entry.ts";
import type { DevOptions } from "./dev-options.ts";
import { rotateLog } from "./log-file.ts";
import type { PortPlan } from "./port-plan.ts";
import type { RunLock } from "./run-lock.ts";
import { sites } from "./sites.ts";
import { SupervisedChild } from "./supervised-child.ts";

const BOTS_MAIN = join(sites.demo.root, "src", "bots", "main.ts");
/** Zone servers save and say goodbye within 4 s; with the services' end it stays within 5. */
const STOP_WITHIN_MS = 4400;

/** Room for the home zone twice, while it is started anew, and for some others. */
function maxInstances(servers: number): number {
  return Math.max(10, 2 * servers + 4);
}

type Parts = {
  readonly options: DevOptions;
  readonly env: Readonly<Record<string, string>>;
  readonly ports: PortPlan;
  /** Folder of the children's logs. */
  readonly logs: string;
  readonly lock: RunLock;
  readonly nowMs: () => number;
  readonly say: (sentence: string) => void;
};

/** The processes beside this one: the launcher with its zone servers, and the bots. */
export class DevChildren implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #children: SupervisedChild[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  startLauncher(busPort: number): void {
    const { options, ports } = this.#parts;
    this.#start("launcher", ZONE_ENTRY, ["launcher"], {
      OWS_BUS_HOST: "127.0.0.1",
      OWS_BUS_PORT: String(busPort),
      OWS_GAME: options.game ?? DEMO_GAME,
      OWS_ZONE_ENTRY: this.#parts.env.OWS_ZONE_ENTRY || ZONE_ENTRY,
      OWS_STARTING_INSTANCE_PORT: String(ports.firstZone),
      OWS_MAX_INSTANCES: this.#parts.env.OWS_MAX_INSTANCES ?? String(maxInstances(options.servers)),
    });
  }

  startBots(): void {
    this.#start("bots", BOTS_MAIN, [], { OWS_BOTS: String(this.#parts.options.bots) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop(STOP_WITHIN_MS)));
  }

  #start(name: string, entry: string, args: readonly string[], env: Readonly<Record<string, string>>): void {
    const { logs, lock, nowMs, say } = this.#parts;
    const logFile = join(logs, `${name}.log`);
    rotateLog(logFile);
    const child = SupervisedChild.start({
      name,
      entry,
      args,
      env: { ...this.#parts.env, ...env },
      logFile,
      nowMs,
      say,
      onStart: (pid) => lock.noteChild(name, pid),
    });
    this.#children.push(child);
  }
}
