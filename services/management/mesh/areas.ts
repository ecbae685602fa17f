import { cellBounds, parseCell } from "@ows/mesh";
import type { mesh, ResponseOf } from "@ows/protocol/http";

export type MeshState = ResponseOf<typeof mesh.overview>["mesh"][number];

/** Ground of one zone server, in metres. */
export type Area = {
  readonly zoneInstanceId: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
};

/** The cells of a partition as rectangles; none while the ground is not divided yet. */
export function areasOf({ bounds, cells }: Pick<MeshState, "bounds" | "cells">): Area[] {
  if (bounds === null) return [];
  return cells.flatMap(({ cell, zoneInstanceId }) => {
    const parsed = parseCell(cell);
    if (!parsed.ok) return [];
    const { minX, minY, maxX, maxY } = cellBounds(bounds, parsed.value);
    return [{ zoneInstanceId, minX, minY, maxX, maxY }];
  });
}
