import type { Handoff } from "@ows/client";

/** From here on a change of servers is noticed: one died and another had a copy of the avatar, or somebody was busy. */
const NOTICED_MS = 500;
const NOTICED_METRES = 1;

/** What to tell of a change of servers; `undefined` for one that nobody notices. */
export function noticedHandoff({ from, to, interruptionMs, jumpMetres }: Handoff): string | undefined {
  if (interruptionMs < NOTICED_MS && jumpMetres < NOTICED_METRES) return undefined;
  const silent = `You went over from ${from} to ${to}; nothing was heard for ${(interruptionMs / 1000).toFixed(1)} s`;
  return jumpMetres < NOTICED_METRES ? `${silent}.` : `${silent}; it knew you ${jumpMetres.toFixed(0)} m away.`;
}

/** Where the avatar is, as its player sees it. */
export type Whereabouts = {
  readonly server: string;
  /** The entity; another one is another avatar of the same character. */
  readonly ref: number;
  readonly x: number;
  readonly y: number;
};

/** Nearer than this is where one was: nobody notices more of it. */
const SAME_PLACE_METRES = 3;

/** Tells a player in a line what a lost link did to them, once they are back. */
export class Interruption {
  #lost: { readonly from: Whereabouts; readonly atMs: number } | undefined;

  /** The link is gone; what comes after the first word of it changes nothing. */
  lost(from: Whereabouts | undefined, nowMs: number): void {
    if (from !== undefined) this.#lost ??= { from, atMs: nowMs };
  }

  /** The player goes elsewhere by will, or leaves: there is nothing to tell. */
  forget(): void {
    this.#lost = undefined;
  }

  /** The avatar is seen again. `undefined`: nothing was lost. */
  back(to: Whereabouts, nowMs: number): string | undefined {
    if (this.#lost === undefined) return undefined;
    const { from, atMs } = this.#lost;
    this.#lost = undefined;
    const seconds = `${((nowMs - atMs) / 1000).toFixed(1)} s`;
    const metres = Math.hypot(to.x - from.x, to.y - from.y);
    const place = metres < SAME_PLACE_METRES ? "where you were" : `${metres.toFixed(0)} m from where you were`;
    if (to.server === from.server) return `Back on ${to.server} after ${seconds}, ${place}.`;
    const copy = to.ref === from.ref ? "" : ", as you were saved last";
    return `${from.server} was lost. You play on at ${to.server} after ${seconds}, ${place}${copy}.`;
  }
}
