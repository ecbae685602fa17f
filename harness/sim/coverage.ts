import { ghostTransitions, type Side, sourceTransitions, type Transition, targetTransitions } from "@ows/mesh";

const NAMED_AT_ONCE = "a decision names all of a copy: what is not promoted of it is let go in one order";
const CUT_AT_COMMIT =
  "the link must break between commit and complete, and stay broken while the unit lives on elsewhere";

/** Rows that a run hits by luck only, or never, and why. */
const RARE: Readonly<Record<string, string>> = {
  "source: released + durable": "complete goes before it on the same link: only a repeat after a reconnect turns them",
  "source: released + promoted (the target is dead; some members named)": CUT_AT_COMMIT,
  "source: released + superseded (the target is dead; all members named)": CUT_AT_COMMIT,
  "source: released + superseded (the target is dead; some members named)": NAMED_AT_ONCE,
  "source: released + over": CUT_AT_COMMIT,
  "source: confirmed + superseded (the target is dead; some members named)": NAMED_AT_ONCE,
  "target: early + source-dead":
    "a Prepare waits for a quarter of a second at most, and its source's proof must fall into that",
  "target: early + replaced": "a unit asks the same server again only after an answer or a longer wait",
  "target: reserved + commit": "state goes before it on the same link: it must be refused or lost first",
  "target: staged + promoted (the source is dead; some members named)":
    "a unit must come apart between its last state and its source's death",
  "ghost: held + owner-dead": "two who had it must die in one settlement, the second one while its ghost was told",
  "target: staged + superseded (the source is dead; some members named)": NAMED_AT_ONCE,
};

/** Why a row that did not fire need not have. */
export function whyNever(name: string): string | undefined {
  return Object.entries(RARE).find(([row]) => name.startsWith(row))?.[1];
}

/** How often each row of the tables fired. */
export class Coverage {
  readonly counts = new Map<string, number>();

  count(side: Side, row: Transition): void {
    const name = nameOf(side, row);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** Steps that begin a machine are seen by what they send. */
  sent(message: string): void {
    const row = sourceTransitions.find((row) => row.state === "owned" && row.effects[0] === `send ${message}`);
    if (row !== undefined) this.count("source", row);
    const answer = targetTransitions.find((row) => row.state === "none" && row.effects[0] === `send ${message}`);
    if (answer !== undefined) this.count("target", answer);
  }

  add(other: Iterable<readonly [string, number]>): void {
    for (const [name, count] of other) this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }

  /** Every row with its count, in the order of the tables. */
  rows(): { readonly name: string; readonly count: number }[] {
    const rows = [
      ...sourceTransitions.map((row) => nameOf("source", row)),
      ...targetTransitions.map((row) => nameOf("target", row)),
      ...ghostTransitions.map((row) => nameOf("ghost", row)),
    ];
    return rows.map((name) => ({ name, count: this.counts.get(name) ?? 0 }));
  }
}

const names = new Map<Transition, string>();

function nameOf(side: Side, row: Transition): string {
  let name = names.get(row);
  if (name === undefined) {
    name = `${side}: ${row.state} + ${row.event}${row.when === "" ? "" : ` (${row.when})`} -> ${row.next}`;
    names.set(row, name);
  }
  return name;
}
