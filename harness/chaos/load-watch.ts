import { cpuSecondsOf, machineCpuSeconds } from "../dev-stack/cpu-time.ts";
import type { DevStack } from "../dev-stack/start-dev.ts";
import { stackProcesses } from "../soak/sample.ts";
import { inspectServer } from "./inspect-server.ts";

export type MachineLoad = {
  /** Share of all cores that anybody used. */
  readonly machineBusy: number;
  /** Shares of one core. */
  readonly processes: readonly { readonly name: string; readonly cpu: number }[];
  readonly servers: readonly {
    readonly name: string;
    readonly tickP99Ms: number;
    readonly lateP99Ms: number;
    readonly ticks: number;
    readonly skippedTicks: number;
    /** p99 by part of the tick, in milliseconds. */
    readonly sections: Readonly<Record<string, number>>;
  }[];
};

type Server = { readonly zoneInstanceId: number; readonly port: number };

/** What every process of a stack and its clients costs, from the making of this until `read`. */
export class LoadWatch {
  readonly #dev: DevStack;
  readonly #servers: readonly Server[];
  readonly #names: ReadonlyMap<number, string>;
  readonly #startMs = performance.now();
  readonly #machine = machineCpuSeconds();
  readonly #seconds: ReadonlyMap<number, number>;

  constructor(dev: DevStack, clientPids: readonly number[], servers: readonly Server[]) {
    this.#dev = dev;
    this.#servers = servers;
    const names = new Map(stackProcesses(dev).map(({ pid, role }) => [pid, `${role} ${pid}`]));
    for (const pid of clientPids) names.set(pid, `clients ${pid}`);
    names.set(process.pid, "this program");
    this.#names = names;
    this.#seconds = new Map([...names.keys()].map((pid) => [pid, cpuSecondsOf(pid) ?? 0]));
  }

  async read(): Promise<MachineLoad> {
    const seconds = (performance.now() - this.#startMs) / 1000;
    const now = machineCpuSeconds();
    const [busy, idle] = [now.busy - this.#machine.busy, now.idle - this.#machine.idle];
    const processes = [...this.#names].map(([pid, name]) => {
      const used = (cpuSecondsOf(pid) ?? Number.NaN) - (this.#seconds.get(pid) ?? 0);
      return { name, cpu: used / seconds };
    });
    const looks = await Promise.all(this.#servers.map((server) => inspectServer(this.#dev, server)));
    const servers = looks.flatMap((look) =>
      look === undefined
        ? []
        : {
            name: `${look.zoneName}-${look.zoneInstanceId}`,
            tickP99Ms: look.tickTime.p99Ms,
            lateP99Ms: look.lateness.p99Ms,
            ticks: look.ticks,
            skippedTicks: look.skippedTicks,
            sections: Object.fromEntries(Object.entries(look.sections).map(([name, { p99Ms }]) => [name, p99Ms])),
          },
    );
    return { machineBusy: busy / (busy + idle), processes, servers };
  }
}
