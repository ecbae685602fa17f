type Memory = { entitiesBefore: number | null; reason: string };

/** Servers whose memory is kept: with more, those that were seen first are forgotten. */
const MAX_KEPT = 256;

/** What was seen of zone servers, for when they are no more. */
export class LostServers {
  readonly #memories = new Map<number, Memory>();

  /** It lives, and has so many entities. */
  seen(zoneInstanceId: number, entities: number): void {
    this.#of(zoneInstanceId).entitiesBefore = entities;
  }

  /** How it ended is told for a while only. */
  ended(zoneInstanceId: number, reason: string): void {
    this.#of(zoneInstanceId).reason = reason;
  }

  recall(zoneInstanceId: number): Readonly<Memory> {
    return this.#memories.get(zoneInstanceId) ?? { entitiesBefore: null, reason: "" };
  }

  #of(zoneInstanceId: number): Memory {
    const known = this.#memories.get(zoneInstanceId);
    if (known !== undefined) return known;
    const memory = { entitiesBefore: null, reason: "" };
    this.#memories.set(zoneInstanceId, memory);
    const [oldest] = this.#memories.keys();
    if (this.#memories.size > MAX_KEPT && oldest !== undefined) this.#memories.delete(oldest);
    return memory;
  }
}
