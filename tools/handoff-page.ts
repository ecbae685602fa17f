import { ghostTransitions, sourceTransitions, type Transition, targetTransitions } from "@ows/mesh";

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
released, confirmed ◀────────── ended ───────────── the entity left the world: nothing of it stays in escrow
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

## After a death

The proof of death makes every survivor say what it has of each entity that the dead owned, gave or was given: the
highest epoch wins, on a tie the better role. The winner owns it at a new term; the others let theirs go.

| Role | What it is |
|---|---|
| ended | The entity is no more since this ownership: never promoted, and whatever is not newer is let go. |
| owner | It lives here. |
| staged | How its owner told it last, while it was to come here. |
| escrow | What this server gave away: how the dead one's ownership began. |
| ghost | A player as its owner let its neighbours see it: the last resort. |

Of what is no player only whole copies count: ghosts of the dead's creatures go after 5 s. A player's ghost is kept as it
stood at the proof of death until it is decided on:

| State | Meaning |
|---|---|
| none | No ghost of a player whose owner died. |
| held | How it stood is kept. |
| owned | It lives here again, as far as it was seen; the rest comes from the last checkpoint. |

${table(ghostTransitions)}
`;
}

function table(rows: readonly Transition[]): string {
  const lines = rows.map(
    ({ state, event, when, next, effects }) => `| ${state} | ${event} | ${when} | ${next} | ${effects.join(", ")} |`,
  );
  return ["| State | Event | When | Next | Effects |", "|---|---|---|---|---|", ...lines].join("\n");
}
