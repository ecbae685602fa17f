import type { MapEntity } from "../api.ts";

/** What became of a handoff, by the word on the wire. */
const OUTCOMES: Readonly<Record<string, string>> = {
  "turned-back": "turned back before the border",
  "another-target": "went towards another server",
  regrouped: "its group changed, or its player left",
  "no-answer": "no answer in time",
  "target-down": "the link was lost",
  full: "refused: full",
  "not-my-ground": "refused: not its ground",
  behind: "refused: knows older ground",
  draining: "refused: draining",
  "unknown-class": "refused: does not know the class",
  "handed-elsewhere": "refused: handed elsewhere",
  stale: "refused: newer is known",
  void: "refused: declared void",
  "not-prepared": "refused: was not prepared",
  "came back": "not taken, came back",
  "came back from its ghost": "only seen, came back",
};

export function outcomeWords(outcome: string): string {
  return OUTCOMES[outcome] ?? outcome;
}

/** What one under way waits for. */
export function waitWords(phase: string, waitsFor: string): string {
  if (waitsFor !== "the target") return waitsFor;
  return phase === "preparing" ? "an answer" : "its state to be sent";
}

/** Why an entity that something calls elsewhere is here still, in a sentence. */
export function stayWords({ to, phase, detail, ms }: NonNullable<MapEntity["stay"]>): string {
  switch (phase) {
    case "preparing":
      return `#${to} was asked to take it ${seconds(ms)} ago. Waits for ${waitWords(phase, detail)}.`;
    case "ready":
      return `#${to} has kept a place for it for ${seconds(ms)}. Waits for ${waitWords(phase, detail)}.`;
    case "refused":
      return `#${to} did not take it (${outcomeWords(detail)}). It is asked again in ${seconds(ms)}.`;
    case "no-link":
      return `It should go to #${to}, and there is no link to it.`;
    default:
      return `#${to} is asked at the next tick.`;
  }
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.max(0, Math.round(ms))} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
