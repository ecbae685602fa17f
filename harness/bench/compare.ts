/** One line per figure that both runs have: its path, both values and the ratio B/A. */
export function compare(a: unknown, b: unknown): string {
  const before = new Map(numbersOf(a, ""));
  const lines = numbersOf(b, "").flatMap(([path, value]) => {
    const old = before.get(path);
    if (old === undefined) return [];
    const ratio = old === 0 ? (value === 0 ? 1 : Number.POSITIVE_INFINITY) : value / old;
    return [`${path.padEnd(64)} ${format(old).padStart(12)} ${format(value).padStart(12)}   ×${ratio.toFixed(2)}`];
  });
  return lines.join("\n");
}

function numbersOf(value: unknown, path: string): [string, number][] {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  // The values behind a distribution are not compared one by one.
  const entries = Object.entries(value).filter(([key]) => key !== "raw");
  return entries.flatMap(([key, inner]) => numbersOf(inner, path === "" ? key : `${path}.${key}`));
}

function format(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
