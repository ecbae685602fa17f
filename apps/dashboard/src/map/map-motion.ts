import type { LiveMap } from "../api.ts";

export type Place = { readonly x: number; readonly y: number };

/** Further than this within one answer is a teleport: shown as a jump. */
const JUMP_METRES = 60;

/** Glides entities from where they were shown to where they were seen last, within one period of asking. */
export class MapMotion {
  readonly #periodMs: number;
  #from = new Map<number, Place>();
  #to = new Map<number, Place>();
  #startMs = 0;

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  accept(map: LiveMap, nowMs: number): void {
    const shown = this.placesAt(nowMs);
    const ghosts = map.ghosts.map(({ id, x, y }) => [-id, { x, y }] as const);
    this.#to = new Map([...map.entities.map(({ id, x, y }) => [id, { x, y }] as const), ...ghosts]);
    this.#from = new Map([...this.#to].map(([id, to]) => [id, nearOr(shown.get(id), to)]));
    this.#startMs = nowMs;
  }

  /** By id; a ghost's by the negative of its id. */
  placesAt(nowMs: number): ReadonlyMap<number, Place> {
    const part = Math.min(1, (nowMs - this.#startMs) / this.#periodMs);
    const places = new Map<number, Place>();
    for (const [id, to] of this.#to) {
      const from = this.#from.get(id) ?? to;
      places.set(id, { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });
    }
    return places;
  }
}

function nearOr(shown: Place | undefined, to: Place): Place {
  if (shown === undefined) return to;
  return Math.hypot(shown.x - to.x, shown.y - to.y) > JUMP_METRES ? to : shown;
}
