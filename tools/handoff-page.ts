import { sourceTransitions, type Transition, targetTransitions } from "@ows/mesh";

/** docs/handoff.md, printed from the tables that the tests and the simulator hold the machines to. */
export function handoffPage(): string {
  return `# Handoff: who owns an entity, step by step

A unit – one entity, or a group that moves all or none – goes from its source to its target. The target knows it before
ownership moves; from the commit on the source is not the owner and keeps the bytes in escrow until nobody can need them.

\`\`\`
source                                              target
owned ── begin ──────────────── prepare ──────────▶ none
preparing ◀──────────────────── ready ───────────── reserved
ready ── first, every tick ──── state, delta ─────▶ staged
ready ── leave ──────────────── commit ───────────▶ owned
released ◀───────────────────── complete ────────── owned
confirmed ◀──────────────────── durable ─────────── owned
gone (when the route is old)
\`\`\`

A pair of state and event that is not in a table changes nothing: messages are lost, repeated and late.

## Source

| State | Meaning |
|---|---|
| owned | The unit lives here; no handoff. |
| preparing | The target was asked. |
| ready | The target has a place; it is told the state each tick; the client opens a warm link. |
| released | The commit is sent: not the owner. What it carried is in escrow. Inputs are forwarded. |
| confirmed | The target has it. Escrow and route are kept for a while. |
| gone | Nothing is remembered. |

${table(sourceTransitions)}

## Target

| State | Meaning |
|---|---|
| none | Nothing is known of the unit. |
| early | The source goes by a newer partition: the question waits for it, and no place is kept. |
| reserved | A place is kept. |
| staged | The unit is here as its source last told it. |
| owned | The unit lives here. |

${table(targetTransitions)}
`;
}

function table(rows: readonly Transition[]): string {
  const lines = rows.map(
    ({ state, event, when, next, effects }) => `| ${state} | ${event} | ${when} | ${next} | ${effects.join(", ")} |`,
  );
  return ["| State | Event | When | Next | Effects |", "|---|---|---|---|---|", ...lines].join("\n");
}
