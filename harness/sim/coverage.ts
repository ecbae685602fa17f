import { sourceTransitions, type Transition, targetTransitions } from "@ows/mesh";

/** How often each row of the tables fired. */
export class Coverage {
  readonly counts = new Map<string, number>();

  count(side: "source" | "target", row: Transition): void {
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
    ];
    return rows.map((name) => ({ name, count: this.counts.get(name) ?? 0 }));
  }
}

const names = new Map<Transition, string>();

function nameOf(side: "source" | "target", row: Transition): string {
  let name = names.get(row);
  if (name === undefined) {
    name = `${side}: ${row.state} + ${row.event}${row.when === "" ? "" : ` (${row.when})`} -> ${row.next}`;
    names.set(row, name);
  }
  return name;
}
