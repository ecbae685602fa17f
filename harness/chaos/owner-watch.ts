import { setTimeout as sleep } from "node:timers/promises";
import { CREDENTIAL_HEADER, zoneCredential } from "@ows/protocol/ticket";
import { DEV_SERVICE_SECRET, type DevStack } from "../dev-stack/start-dev.ts";
import { meshOf } from "./border.ts";

const LOOK_EVERY_MS = 100;

type Look = { readonly tick: number; readonly players: readonly { readonly id: number; readonly name: string }[] };

/**
 * Looks at all servers of a mesh instance at once, again and again. An entity that is under way may be seen at both ends
 * for a moment, since two answers are never of the same instant; one that is at both ends in two looks in a row lives
 * twice. Handoffs are collected with their phases.
 */
export class OwnerWatch implements AsyncDisposable {
  readonly doubled = new Set<string>();
  /** Durations by handoff, in milliseconds. */
  readonly handoffs = new Map<string, { prepareMs: number; warmMs: number; commitMs: number; outcome: string }>();
  looks = 0;
  #suspects = new Set<string>();
  #isOver = false;
  readonly #running: Promise<void>;

  constructor(dev: DevStack, servers: readonly { readonly zoneInstanceId: number; readonly port: number }[]) {
    this.#running = this.#run(dev, servers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(dev: DevStack, servers: readonly { zoneInstanceId: number; port: number }[]): Promise<void> {
    while (!this.#isOver) {
      const looks = await Promise.all(servers.map((server) => lookAt(dev, server)));
      this.#compare(looks);
      if (this.looks++ % 5 === 0) await this.#collect(dev);
      await sleep(LOOK_EVERY_MS);
    }
    await this.#collect(dev);
  }

  #compare(looks: readonly (Look | undefined)[]): void {
    const seenAt = new Map<string, number>();
    for (const { players } of looks.filter((look) => look !== undefined)) {
      for (const { name } of players) seenAt.set(name, (seenAt.get(name) ?? 0) + 1);
    }
    const suspects = new Set([...seenAt].filter(([, count]) => count > 1).map(([name]) => name));
    for (const name of suspects) if (this.#suspects.has(name)) this.doubled.add(name);
    this.#suspects = suspects;
  }

  async #collect(dev: DevStack): Promise<void> {
    for (const handoff of (await meshOf(dev))?.handoffs ?? []) {
      this.handoffs.set(`${handoff.entityId}@${handoff.epoch}/${handoff.from}`, handoff);
    }
  }
}

async function lookAt(
  dev: DevStack,
  { zoneInstanceId, port }: { readonly zoneInstanceId: number; readonly port: number },
): Promise<Look | undefined> {
  const credential = zoneCredential(DEV_SERVICE_SECRET, dev.customerGuid, zoneInstanceId);
  const response = await fetch(`http://127.0.0.1:${port}/inspect`, { headers: { [CREDENTIAL_HEADER]: credential } });
  return response.ok ? ((await response.json()) as Look) : undefined;
}
