import { characterKey, type JoinEvent } from "@ows/world";

/** Which server of a mesh instance has which character, and what the join rules need to hear when that changes. */
export class Presence {
  readonly #serverOf = new Map<string, number>();

  serverOf(characterName: string): number | undefined {
    return this.#serverOf.get(characterKey(characterName));
  }

  /** Whoever speaks last has it: a new owner speaks after it took over. */
  present(zoneInstanceId: number, characterName: string): JoinEvent[] {
    const before = this.serverOf(characterName);
    this.#serverOf.set(characterKey(characterName), zoneInstanceId);
    const arrived: JoinEvent = { kind: "character-arrived", zoneInstanceId, characterName };
    if (before === undefined || before === zoneInstanceId) return [arrived];
    return [arrived, { kind: "character-moved", from: before, to: zoneInstanceId, characterName }];
  }

  absent(zoneInstanceId: number, characterName: string): JoinEvent[] {
    // Somebody else has it by now: it was handed on, it did not leave.
    if (this.serverOf(characterName) !== zoneInstanceId) return [];
    this.#serverOf.delete(characterKey(characterName));
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
    for (const [key, server] of this.#serverOf) if (server === zoneInstanceId) this.#serverOf.delete(key);
  }
}
