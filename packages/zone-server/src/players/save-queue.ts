import { backoffMs, Prng } from "@ows/base";
import type { Logger } from "@ows/service-kit";
import type { CharacterSave, Characters, LostOwnership } from "../backend/characters.ts";

/** Characters in one request. */
const BATCH = 200;
const BACKOFF = { firstMs: 200, maxMs: 5_000 };

type Waiting = { readonly save: CharacterSave; readonly settled: (() => void)[]; isForgotten: boolean };

/**
 * Saves on their way to the backend: one request at a time, the newest state of each character, tried again until the
 * backend answers. Holds at most one save per character.
 */
export class SaveQueue {
  readonly #characters: Characters;
  readonly #logger: Logger;
  readonly #onRefused: (lost: LostOwnership) => void;
  readonly #random = Prng.fromSeed("saves");
  readonly #waiting = new Map<string, Waiting>();
  #inFlight = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #idle: (() => void)[] = [];

  constructor(options: {
    readonly characters: Characters;
    readonly logger: Logger;
    /** Told once for each save that will never be accepted. */
    readonly onRefused: (lost: LostOwnership) => void;
  }) {
    this.#characters = options.characters;
    this.#logger = options.logger;
    this.#onRefused = options.onRefused;
  }

  /** Characters whose newest state is not stored yet. */
  get size(): number {
    const both = new Set([...this.#waiting.keys(), ...this.#inFlight.keys()]);
    return both.size;
  }

  /** Queues a save; an older one of the same character that still waits is replaced. */
  put(save: CharacterSave): void {
    const older = this.#waiting.get(save.characterName);
    this.#waiting.set(save.characterName, { save, settled: older?.settled ?? [], isForgotten: false });
    this.#wake();
  }

  /** What waits of a character that lives elsewhere now is worth nothing. */
  forget(characterName: string): void {
    const entry = this.#waiting.get(characterName);
    this.#waiting.delete(characterName);
    for (const resolve of entry?.settled ?? []) resolve();
    // What is under way can't be called back, but it is not tried again.
    const sent = this.#inFlight.get(characterName);
    if (sent !== undefined) sent.isForgotten = true;
  }

  /** Resolves when nothing of this character waits any more. */
  settled(characterName: string): Promise<void> {
    const entry = this.#waiting.get(characterName) ?? this.#inFlight.get(characterName);
    if (entry === undefined) return Promise.resolve();
    return new Promise((resolve) => entry.settled.push(resolve));
  }

  /** Resolves when nothing waits any more. */
  drained(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Forgets what waits. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #wake(): void {
    if (this.#timer !== undefined || this.#inFlight.size > 0) return;
    const delayMs = this.#failures === 0 ? 0 : backoffMs(this.#failures - 1, this.#random, BACKOFF);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#flush();
    }, delayMs);
  }

  async #flush(): Promise<void> {
    this.#inFlight = new Map([...this.#waiting].slice(0, BATCH));
    for (const name of this.#inFlight.keys()) this.#waiting.delete(name);
    const sent = this.#inFlight;
    try {
      const refused = await this.#characters.save([...sent.values()].map(({ save }) => save));
      if (this.#failures > 0) this.#logger.info({ waiting: this.size }, "saving works again");
      this.#failures = 0;
      this.#inFlight = new Map();
      this.#settle(sent);
      for (const { characterName, reason } of refused) {
        const save = sent.get(characterName)?.save;
        if (save === undefined) continue;
        const { entityId, epoch } = save;
        this.#onRefused({ characterName, reason, entityId, epoch });
      }
    } catch (error) {
      if (this.#failures++ === 0) this.#logger.error({ err: error }, "saving failed: trying again until it works");
      this.#inFlight = new Map();
      this.#putBack(sent);
    }
    if (this.#waiting.size > 0) this.#wake();
    else for (const resolve of this.#idle.splice(0)) resolve();
  }

  #settle(sent: ReadonlyMap<string, Waiting>): void {
    for (const [name, { settled }] of sent) {
      const newer = this.#waiting.get(name);
      if (newer !== undefined) newer.settled.push(...settled);
      else for (const resolve of settled) resolve();
    }
  }

  #putBack(sent: ReadonlyMap<string, Waiting>): void {
    for (const [name, entry] of sent) {
      const newer = this.#waiting.get(name);
      if (newer !== undefined) newer.settled.push(...entry.settled);
      else if (entry.isForgotten) for (const resolve of entry.settled) resolve();
      else this.#waiting.set(name, entry);
    }
  }
}
