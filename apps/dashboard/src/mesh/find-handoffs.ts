import { outcomeWords } from "./words.ts";

type Wanted = {
  readonly entityId: number;
  readonly characterName: string;
  readonly from: number;
  readonly to: number;
  readonly outcome?: string;
  readonly phase?: string;
  readonly waitsFor?: string;
};

/** Those in which every word of the line is found: a player, an entity's id, `#` and a server, a phase, a reason. */
export function findHandoffs<Handoff extends Wanted>(handoffs: readonly Handoff[], line: string): readonly Handoff[] {
  const words = line.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return handoffs;
  return handoffs.filter((handoff) => {
    const text = textOf(handoff);
    return words.every((word) => (word.startsWith("#") ? text.includes(` ${word} `) : text.includes(word)));
  });
}

function textOf({ entityId, characterName, from, to, outcome = "", phase = "", waitsFor = "" }: Wanted): string {
  const words = [characterName, entityId, `#${from}`, "→", `#${to}`, phase, waitsFor, outcome, outcomeWords(outcome)];
  return ` ${words.join(" ")} `.toLowerCase();
}

/**
 * A key for each that stays while others come: some are alike in everything but their time. `handoffs` with the latest
 * first.
 */
export function keysOf(handoffs: readonly (Wanted & { readonly epoch: string })[]): readonly string[] {
  const alike = new Map<string, number>();
  const keys = handoffs.toReversed().map(({ entityId, epoch, from, to, outcome }) => {
    const key = `${entityId} ${epoch} ${from} ${to} ${outcome}`;
    const number = (alike.get(key) ?? 0) + 1;
    alike.set(key, number);
    return `${key} ${number}`;
  });
  return keys.toReversed();
}
