import type { LinkBody } from "@ows/protocol/mesh";

/** Enough for a decision about every entity of a server; what comes above it is left to repetition. */
const MAX_KEPT = 16_384;

/** Orders to servers whose control link is down, kept in order until it stands again. */
export class Undelivered {
  readonly #send: (zoneInstanceId: number, body: LinkBody) => boolean;
  readonly #kept = new Map<number, LinkBody[]>();

  constructor(send: (zoneInstanceId: number, body: LinkBody) => boolean) {
    this.#send = send;
  }

  send(zoneInstanceId: number, body: LinkBody): void {
    const kept = this.#kept.get(zoneInstanceId);
    if (kept === undefined && this.#send(zoneInstanceId, body)) return;
    if (kept === undefined) this.#kept.set(zoneInstanceId, [body]);
    else if (kept.length < MAX_KEPT) kept.push(body);
  }

  flush(zoneInstanceId: number): void {
    const kept = this.#kept.get(zoneInstanceId) ?? [];
    this.#kept.delete(zoneInstanceId);
    for (const body of kept) this.send(zoneInstanceId, body);
  }

  forget(zoneInstanceId: number): void {
    this.#kept.delete(zoneInstanceId);
  }
}
