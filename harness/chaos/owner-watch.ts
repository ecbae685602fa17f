import { setTimeout as sleep } from "node:timers/promises";
import type { DevStack } from "../dev-stack/start-dev.ts";
import { meshOf } from "./border.ts";
import { inspectServer } from "./inspect-server.ts";
import { OwnerBook } from "./owner-book.ts";

const LOOK_EVERY_MS = 200;
/** Between two questions for handoffs. */
const LOOKS_PER_COLLECTION = 5;

type Server = { readonly zoneInstanceId: number; readonly port: number };

/** Looks at all servers of a mesh instance again and again; collects their handoffs with their phases. */
export class OwnerWatch implements AsyncDisposable {
  /** Durations by handoff, in milliseconds. */
  readonly handoffs = new Map<string, { prepareMs: number; warmMs: number; commitMs: number; outcome: string }>();
  looks = 0;
  readonly #book = new OwnerBook();
  readonly #dev: DevStack;
  #isOver = false;
  readonly #running: Promise<void>;

  constructor(dev: DevStack, servers: readonly Server[]) {
    this.#dev = dev;
    this.#running = this.#run(servers);
  }

  /** Names of those who live twice, and where. */
  get doubled(): ReadonlyMap<string, string> {
    return this.#book.doubled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(servers: readonly Server[]): Promise<void> {
    while (!this.#isOver) {
      const before = this.#book.known();
      const looks = await Promise.all(servers.map((server) => inspectServer(this.#dev, server)));
      for (const look of looks) if (look !== undefined) this.#book.note(look, before);
      if (this.looks++ % LOOKS_PER_COLLECTION === 0) await this.#collect();
      await sleep(LOOK_EVERY_MS);
    }
    await this.#collect();
  }

  async #collect(): Promise<void> {
    for (const handoff of (await meshOf(this.#dev))?.handoffs ?? []) {
      this.handoffs.set(`${handoff.entityId}@${handoff.epoch}/${handoff.from}`, handoff);
    }
  }
}
