import { setTimeout as sleep } from "node:timers/promises";
import { callEndpoint, management } from "@ows/protocol/http";
import { CREDENTIAL_HEADER, zoneCredential } from "@ows/protocol/ticket";
import { DEV_SERVICE_SECRET, type DevStack } from "./start-dev.ts";

const LOOK_EVERY_MS = 25;

/** One entity of a character on one server, from the first tick to the last in which it was seen. */
export type Stay = {
  readonly characterName: string;
  readonly zoneInstanceId: number;
  readonly zoneName: string;
  readonly entityId: number;
  readonly fromTick: number;
  toTick: number;
  toMs: number;
};

type Seen = {
  readonly zoneInstanceId: number;
  readonly zoneName: string;
  readonly tick: number;
  readonly players: readonly { readonly id: number; readonly name: string; readonly isLinkDead: boolean }[];
};

/**
 * Looks at every zone server all the time and keeps who lived where and when. Ticks are numbered by the mesh's time, so
 * those of different servers compare.
 */
export class LivingWatch implements AsyncDisposable {
  readonly stays: Stay[] = [];
  readonly #dev: DevStack;
  readonly #running: Promise<void>;
  #isOver = false;

  constructor(dev: DevStack) {
    this.#dev = dev;
    this.#running = this.#run();
  }

  staysOf(characterName: string): readonly Stay[] {
    return this.stays.filter((stay) => stay.characterName === characterName);
  }

  /** Pairs of stays of one character that were seen in the same tick, or one within the other. */
  doubled(characterName: string): readonly (readonly [Stay, Stay])[] {
    const stays = this.staysOf(characterName);
    return stays.flatMap((a, index) =>
      stays
        .slice(index + 1)
        .filter((b) => a.fromTick <= b.toTick && b.fromTick <= a.toTick)
        .map((b) => [a, b] as const),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      for (const seen of await lookAround(this.#dev)) this.#note(seen);
      await sleep(LOOK_EVERY_MS);
    }
  }

  #note({ zoneInstanceId, zoneName, tick, players }: Seen): void {
    for (const { id: entityId, name: characterName } of players) {
      const known = this.stays.find((stay) => stay.zoneInstanceId === zoneInstanceId && stay.entityId === entityId);
      if (known === undefined) {
        const moment = { fromTick: tick, toTick: tick, toMs: performance.now() };
        this.stays.push({ characterName, zoneInstanceId, zoneName, entityId, ...moment });
      } else {
        known.toTick = tick;
        known.toMs = performance.now();
      }
    }
  }
}

/** Every entity of a character that lives on any server now. */
export async function livingEntities(dev: DevStack, characterName: string) {
  return (await lookAround(dev)).flatMap(({ zoneInstanceId, zoneName, players }) =>
    players
      .filter(({ name }) => name === characterName)
      .map(({ id, isLinkDead }) => ({ zoneInstanceId, zoneName, entityId: id, isLinkDead })),
  );
}

async function lookAround(dev: DevStack): Promise<readonly Seen[]> {
  const { management: baseUrl, customerGuid, portBase } = dev;
  const { instances } = await callEndpoint(management.overview, { baseUrl, customerGuid });
  const looks = instances
    .filter(({ port }) => port >= portBase)
    .map(async ({ zoneInstanceId, port }) => {
      const credential = zoneCredential(DEV_SERVICE_SECRET, customerGuid, zoneInstanceId);
      const response = await fetch(`http://127.0.0.1:${port}/inspect`, {
        headers: { [CREDENTIAL_HEADER]: credential },
      });
      return response.ok ? [(await response.json()) as Seen] : [];
    });
  // One that is starting or has just ended has nobody.
  return (await Promise.all(looks.map((look) => look.catch(() => [])))).flat();
}
