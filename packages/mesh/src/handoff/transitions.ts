/**
 * The state tables of a handoff as data. A test fires every row against the machines and checks that nothing else
 * changes a state; docs/handoff.md is printed from them; the simulator counts which rows it has fired.
 */
export type Transition = {
  readonly state: string;
  readonly event: string;
  /** What else must hold; empty when the event alone is enough. */
  readonly when: string;
  readonly next: string;
  /** Kinds of the effects, in order; a message is named by its kind. */
  readonly effects: readonly string[];
};

const row = (state: string, event: string, when: string, next: string, ...effects: string[]): Transition => ({
  state,
  event,
  when,
  next,
  effects,
});

/** `owned` and `gone` are no states of the machine: nothing of the handoff is left to remember. */
export const sourceTransitions: readonly Transition[] = [
  row("owned", "begin", "the unit will stand on the target's ground", "preparing", "send prepare"),
  row("preparing", "ready", "for this ownership", "ready", "warm-client"),
  row("preparing", "refused", "for this ownership", "owned", "stayed"),
  row("preparing", "stay", "", "owned", "send abort", "stayed"),
  row("preparing", "target-down", "", "owned", "stayed"),
  row("preparing", "target-dead", "", "owned", "stayed"),
  row("preparing", "tick", "no answer in time", "owned", "send abort", "stayed"),
  row("ready", "client-warm", "", "ready"),
  row("ready", "state", "", "ready", "send state"),
  row("ready", "delta", "state was sent", "ready", "send delta"),
  row("ready", "leave", "state was sent; the client is warm or had its time", "released", "released", "send commit"),
  row("ready", "refused", "for this ownership", "owned", "stayed"),
  row("ready", "stay", "", "owned", "send abort", "stayed"),
  row("ready", "target-down", "", "owned", "stayed"),
  row("ready", "target-dead", "", "owned", "stayed"),
  row("released", "complete", "for this commit", "confirmed"),
  row("released", "durable", "for this commit", "confirmed"),
  row("released", "not-taken", "for this commit", "owned", "own-again"),
  row("released", "resolved", "taken; the target is not dead", "confirmed"),
  row("released", "resolved", "void; the target is not dead", "owned", "own-again"),
  row("released", "target-up", "", "released", "send commit"),
  row("released", "target-dead", "", "released"),
  row("released", "promoted", "the target is dead; all members named", "owned", "own-again"),
  row("released", "promoted", "the target is dead; some members named", "released", "own-again"),
  row("released", "superseded", "the target is dead; all members named", "gone", "drop-escrow"),
  row("released", "superseded", "the target is dead; some members named", "released"),
  row("released", "over", "all members came back or ended", "gone", "drop-escrow"),
  row("released", "over", "some members came back or ended", "confirmed"),
  row("released", "tick", "no answer for a while; the target is not dead", "released", "resolve"),
  row("confirmed", "durable", "for this commit", "confirmed"),
  row("confirmed", "target-dead", "", "confirmed"),
  row("confirmed", "promoted", "the target is dead; all members named", "owned", "own-again"),
  row("confirmed", "promoted", "the target is dead; some members named", "confirmed", "own-again"),
  row("confirmed", "superseded", "the target is dead; all members named", "gone", "drop-escrow"),
  row("confirmed", "superseded", "the target is dead; some members named", "confirmed"),
  row("confirmed", "over", "all members came back or ended", "gone", "drop-escrow"),
  row("confirmed", "over", "some members came back or ended", "confirmed"),
  row("confirmed", "tick", "the route is old; the target is not dead", "gone", "drop-escrow"),
];

/** `none` and `owned` are no states of the machine. */
export const targetTransitions: readonly Transition[] = [
  row("none", "prepare", "room, my ground, nothing newer known", "reserved", "send ready"),
  row("none", "prepare", "otherwise", "none", "send refuse"),
  row("none", "prepare", "by a newer partition than is in force here, and few wait", "early"),
  row("early", "partition", "the one it goes by, or a newer one", "none", "prepare"),
  row("early", "abort", "of this ownership", "none"),
  row("early", "source-dead", "", "none"),
  row("early", "replaced", "", "none"),
  row("early", "tick", "the partition did not come in time", "none", "send refuse"),
  row("reserved", "state", "of this ownership", "staged", "staged"),
  row("reserved", "commit", "of the next ownership", "owned", "own", "send complete"),
  row("reserved", "abort", "of this ownership", "none", "unreserved"),
  row("reserved", "source-dead", "", "none", "unreserved"),
  row("reserved", "replaced", "", "none", "unreserved"),
  row("reserved", "tick", "nothing heard in time", "none", "unreserved"),
  row("staged", "state", "the next, of this ownership; the source is not dead", "staged", "staged"),
  row("staged", "delta", "the next, of this ownership; the source is not dead", "staged", "staged"),
  row("staged", "commit", "of the next ownership", "owned", "own", "send complete"),
  row("staged", "abort", "of this ownership; the source is not dead", "none", "unreserved"),
  row("staged", "source-dead", "", "staged"),
  row("staged", "promoted", "the source is dead; all members named", "owned", "own"),
  row("staged", "promoted", "the source is dead; some members named", "staged", "own"),
  row("staged", "superseded", "the source is dead; all members named", "none", "unreserved"),
  row("staged", "superseded", "the source is dead; some members named", "staged"),
  row("staged", "replaced", "", "none", "unreserved"),
  row("staged", "tick", "nothing heard in time; the source is not dead", "none", "unreserved"),
];

/** The last trace of a player whose owner died. `none` and `owned` are no states of the machine. */
export const ghostTransitions: readonly Transition[] = [
  row("none", "owner-dead", "a player's ghost stands here; it was not owned here at that epoch", "held"),
  row("held", "owner-dead", "it was told at a newer epoch meanwhile, by another who died", "held"),
  row("held", "promoted", "named", "owned", "own-ghost"),
  row("held", "superseded", "named", "none"),
  row("held", "came", "", "none"),
];

export type Side = "source" | "target" | "ghost";

const TABLES: Readonly<Record<Side, readonly Transition[]>> = {
  source: sourceTransitions,
  target: targetTransitions,
  ghost: ghostTransitions,
};

type Step = {
  readonly state: { readonly phase: string } | undefined;
  readonly effects: readonly { readonly kind: string; readonly message?: { readonly kind: string } }[];
};

/** Names an effect as the tables do. */
export function effectName(effect: { readonly kind: string; readonly message?: { readonly kind: string } }): string {
  return effect.kind === "send" ? `send ${effect.message?.kind ?? ""}` : effect.kind;
}

/** The row by which a step went, or `undefined` when none allows it. */
export function transitionOf(
  side: Side,
  from: { readonly phase: string },
  event: { readonly kind: string },
  step: Step,
): Transition | undefined {
  const names = step.effects.map(effectName);
  const next = step.state?.phase ?? endOf(side, names);
  return TABLES[side].find(
    (row) =>
      row.state === from.phase &&
      row.event === event.kind &&
      row.next === next &&
      row.effects.length === names.length &&
      row.effects.every((name, i) => name === names[i]),
  );
}

function endOf(side: Side, effects: readonly string[]): string {
  if (side === "source") return effects.includes("drop-escrow") ? "gone" : "owned";
  return effects.includes("own") || effects.includes("own-ghost") ? "owned" : "none";
}
