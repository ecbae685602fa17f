import type { Row } from "./workload.ts";

/** Fewer samples than this say little about the hundredth part of them. */
export const ENOUGH_SAMPLES = 10_000;

/** `metric | measured | target | n`, in columns. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [["metric", "measured", "target", "n"], ...rows.map(cellsOf)];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join(" | ")
        .trimEnd(),
    )
    .join("\n");
}

/** A number for people; a dash for none. */
export function decimals(value: number | null | undefined, digits: number): string {
  return value === undefined || value === null || Number.isNaN(value) ? "–" : value.toFixed(digits);
}

function cellsOf({ metric, measured, target, n }: Row): string[] {
  const few = n !== undefined && n < ENOUGH_SAMPLES ? " (few)" : "";
  return [metric, measured, target ?? "", n === undefined ? "" : `${n.toLocaleString("en")}${few}`];
}
