import type { ChildProcess } from "node:child_process";
import { ask, nextMessage, Processes } from "../bench/processes.ts";
import type { DevStack } from "../dev-stack/start-dev.ts";
import type { Border } from "./border.ts";
import type { WalkersCommand, WalkersOrder, WalkersReport } from "./walkers-process.ts";

/** Clients that one process can run and still answer in time. */
const BOTS_PER_PROCESS = 75;

export type WalkersOptions = {
  readonly bots: number;
  /** Of the bots, in hundredths of full speed. */
  readonly botSpeed: number;
  readonly strikeEvery: number;
};

/** One walker in a process of its own, and bots in as many as they need. */
export class Walkers implements AsyncDisposable {
  readonly #processes = new Processes();
  readonly #crews: ChildProcess[] = [];

  static async start(dev: DevStack, border: Border, options: WalkersOptions): Promise<Walkers> {
    const walkers = new Walkers();
    try {
      await walkers.#start(dev, border, options);
      return walkers;
    } catch (error) {
      await walkers[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pids(): readonly number[] {
    return this.#crews.map(({ pid }) => pid as number);
  }

  async walk(): Promise<void> {
    await this.#tell("walk");
  }

  /** Of the first walker. */
  crossings(): Promise<number> {
    return ask<number>(this.#crews[0] as ChildProcess, "count" satisfies WalkersCommand);
  }

  /** Lets all stand still; the report of the first walker comes first. */
  stop(): Promise<readonly WalkersReport[]> {
    return this.#tell<WalkersReport>("stop");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#processes[Symbol.asyncDispose]();
  }

  /** The players leave the world; without it they are lost to it when their processes end. */
  async leave(): Promise<void> {
    await this.#tell("leave");
  }

  async #start(dev: DevStack, border: Border, { bots, botSpeed, strikeEvery }: WalkersOptions): Promise<void> {
    const { publicApi, customerGuid } = dev;
    const given = { stack: { publicApi, customerGuid }, border, strikeEvery };
    const crews: WalkersOrder[] = [{ ...given, names: ["Hero"], speed: 100 }];
    for (let first = 0; first < bots; first += BOTS_PER_PROCESS) {
      const length = Math.min(BOTS_PER_PROCESS, bots - first);
      crews.push({ ...given, names: Array.from({ length }, (_, i) => `Walker${first + i}`), speed: botSpeed });
    }
    const module = new URL("walkers-process.ts", import.meta.url).href;
    for (const crew of crews) this.#crews.push(this.#processes.start(module, crew));
    await Promise.all(this.#crews.map((crew) => nextMessage(crew)));
  }

  #tell<T>(command: WalkersCommand): Promise<T[]> {
    return Promise.all(this.#crews.map((crew) => ask<T>(crew, command)));
  }
}
