import type { Mesh } from "../api.ts";

type Link = Mesh["links"][number];

export type LinkPair = {
  readonly low: number;
  readonly high: number;
  /** What each end says; missing for one that does not answer. */
  readonly there: Link | undefined;
  readonly back: Link | undefined;
  /** Both ends that were heard say so. */
  readonly isUp: boolean;
  readonly kind: string;
};

/** Links as pairs of servers, by their ids. */
export function pairsOf(links: readonly Link[]): readonly LinkPair[] {
  const ends = Map.groupBy(links, ({ from, to }) => `${Math.min(from, to)} ${Math.max(from, to)}`);
  return Array.from(ends.values(), (both): LinkPair => {
    const there = both.find(({ from, to }) => from < to);
    const back = both.find(({ from, to }) => from > to);
    const { from = 0, to = 0, kind = "" } = there ?? back ?? {};
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    return { low, high, there, back, isUp: both.every(({ isUp }) => isUp), kind };
  }).sort((a, b) => a.low - b.low || a.high - b.high);
}
