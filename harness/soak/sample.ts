import { readdirSync, readFileSync } from "node:fs";
import { callEndpoint, management, type ResponseOf } from "@ows/protocol/http";
import { processesMentioning } from "../dev-stack/processes.ts";
import type { DevStack } from "../dev-stack/start-dev.ts";

export type Role = "dev" | "launcher" | "bots" | "zone";

export type ProcessFigures = {
  readonly pid: number;
  readonly role: Role;
  readonly rssMiB: number;
  readonly descriptors: number;
};

/** The stack at one moment. */
export type Sample = {
  /** Seconds since the start of the soak. */
  readonly atS: number;
  readonly processes: readonly ProcessFigures[];
  readonly entities: number;
  /** Players with a client. */
  readonly connected: number;
  /** Characters that live at more than one place. */
  readonly doubled: readonly string[];
  readonly tickP99Ms: number | undefined;
  /** Services that did not answer as they should, with the reason. */
  readonly silent: readonly string[];
};

type Overview = ResponseOf<typeof management.overview>;

/** Looks at every process of the stack, every service and every zone server. */
export async function takeSample(dev: DevStack, atS: number): Promise<Sample> {
  const [overview, silent] = await Promise.all([readOverview(dev), silentServices(dev)]);
  const servers = overview?.instances.flatMap(({ server }) => server ?? []) ?? [];
  const ticks = servers.flatMap(({ tickP99Ms }) => tickP99Ms ?? []);
  const names = overview?.players.map(({ characterName }) => characterName) ?? [];
  return {
    atS,
    processes: stackProcesses(dev),
    entities: servers.reduce((sum, { entities }) => sum + entities, 0),
    connected: overview?.players.filter(({ isConnected }) => isConnected).length ?? 0,
    doubled: [...new Set(names.filter((name, index) => names.indexOf(name) !== index))],
    tickP99Ms: ticks.length === 0 ? undefined : Math.max(...ticks),
    silent: overview === undefined ? [...silent, "management: no overview"] : silent,
  };
}

/** The processes of a stack: what mentions its data folder, and its zone servers, which know its address. */
export function stackProcesses({ dataDir, instanceManagement }: DevStack): readonly ProcessFigures[] {
  return processesMentioning(dataDir, instanceManagement).flatMap(({ pid, command }) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const rssMiB = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
      return [{ pid, role: roleOf(command), rssMiB, descriptors: readdirSync(`/proc/${pid}/fd`).length }];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

function roleOf(command: string): Role {
  if (command.includes("-zoneinstanceid=")) return "zone";
  if (/ launcher\b/.test(command)) return "launcher";
  return command.includes("bots/main.ts") ? "bots" : "dev";
}

async function readOverview(dev: DevStack): Promise<Overview | undefined> {
  const call = { baseUrl: dev.management, customerGuid: dev.customerGuid, timeoutMs: 5_000 };
  return callEndpoint(management.overview, call).catch(() => undefined);
}

async function silentServices(dev: DevStack): Promise<readonly string[]> {
  const services = {
    "public-api": dev.publicApi,
    "instance-management": dev.instanceManagement,
    "character-persistence": dev.characterPersistence,
    "global-data": dev.globalData,
    management: dev.management,
  };
  const answers = await Promise.all(
    Object.entries(services).map(async ([name, url]) => {
      try {
        const answer = await fetch(`${url}/api/System/Status`, { signal: AbortSignal.timeout(5_000) });
        return answer.ok ? undefined : `${name}: ${answer.status}`;
      } catch (error) {
        return `${name}: ${error instanceof Error ? error.message : error}`;
      }
    }),
  );
  return answers.filter((answer) => answer !== undefined);
}
