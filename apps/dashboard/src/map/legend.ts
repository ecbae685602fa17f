import type { LiveMap } from "../api.ts";

/** Colours that classes get, in order of their names; `--class-0` is for players. */
export const CLASS_COLOURS = 6;

export type LegendLine = { readonly name: string; readonly colour: number; readonly number: number };

/** Players first, then the other classes by name. */
export function legendOf({ entities }: Pick<LiveMap, "entities">): readonly LegendLine[] {
  const players = entities.filter((entity) => entity.name !== "").length;
  const names = [...new Set(entities.filter((entity) => entity.name === "").map((entity) => entity.className))].sort();
  return [
    { name: "Players", colour: 0, number: players },
    ...names.map((name, index) => ({
      name,
      colour: 1 + (index % (CLASS_COLOURS - 1)),
      number: entities.filter((entity) => entity.name === "" && entity.className === name).length,
    })),
  ];
}
