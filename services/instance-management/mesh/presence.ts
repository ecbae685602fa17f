import type { Clock } from "@ows/base";
import { characterKey, type JoinEvent } from "@ows/world";

/** How long the word of a server counts more than a claim. Claims follow a handoff within milliseconds, if all is well. */
const FRESH_MS = 2_000;

/** Which server of a mesh instance has which character, and what the join rules need to hear when that changes. */
export class Presence {
  readonly #clock: Clock;
  readonly #places = new Map<string, { readonly server: number; readonly sinceMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  serverOf(characterName: string): number | undefined {
    return this.#places.get(characterKey(characterName))?.server;
  }

  /** Whether this was said so lately that a claim may be older. */
  isFresh(characterName: string): boolean {
    const place = this.#places.get(characterKey(characterName));
    return place !== undefined && this.#clock.nowMs() - place.sinceMs < FRESH_MS;
  }

  /** How many characters a server has. */
  countOn(zoneInstanceId: number): number {
    let count = 0;
    for (const { server } of this.#places.values()) if (server === zoneInstanceId) count++;
    return count;
  }

  /** Whoever speaks last has it: a new owner speaks after it took over. */
  present(zoneInstanceId: number, characterName: string): JoinEvent[] {
    const before = this.serverOf(characterName);
    this.#places.set(characterKey(characterName), { server: zoneInstanceId, sinceMs: this.#clock.nowMs() });
    const arrived: JoinEvent = { kind: "character-arrived", zoneInstanceId, characterName };
    if (before === undefined || before === zoneInstanceId) return [arrived];
    return [arrived, { kind: "character-moved", from: before, to: zoneInstanceId, characterName }];
  }

  absent(zoneInstanceId: number, characterName: string): JoinEvent[] {
    // Somebody else has it by now: it was handed on, it did not leave.
    if (this.serverOf(characterName) !== zoneInstanceId) return [];
    this.#places.delete(characterKey(characterName));
    return [{ kind: "character-left", zoneInstanceId, characterName }];
  }

  /** The answer to an order to let a character go. */
  evicted(zoneInstanceId: number, characterName: string, wasHere: boolean): JoinEvent[] {
    const now = this.serverOf(characterName);
    if (now === undefined) return [{ kind: "character-left", zoneInstanceId, characterName }];
    if (now !== zoneInstanceId) {
      return [{ kind: "character-moved", from: zoneInstanceId, to: now, characterName }];
    }
    // It was handed on a moment ago: its new owner is about to say so, and is asked then.
    return wasHere ? this.absent(zoneInstanceId, characterName) : [];
  }

  /** The server is no more. */
  forget(zoneInstanceId: number): void {
    for (const [key, { server }] of this.#places) if (server === zoneInstanceId) this.#places.delete(key);
  }
}
