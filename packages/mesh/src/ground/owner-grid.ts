import { cellOf, spansOf } from "./cell.ts";
import type { Lattice } from "./lattice.ts";
import type { Partition, ServerId } from "./partition.ts";

/** Who owns each finest cell: an index into `servers`, row by row. Index 0 is nobody's ground. */
export type OwnerGrid = {
  readonly lattice: Lattice;
  readonly servers: readonly ServerId[];
  readonly owner: Uint8Array;
};

/** Paints a partition whose cells lie on the ground. */
export function paintOwners(lattice: Lattice, partition: Partition): OwnerGrid {
  const servers = [0, ...serversOf(partition)];
  const indexOf = new Map(servers.map((server, index) => [server, index]));
  const owner = new Uint8Array(lattice.size);
  for (const [id, server] of partition.cells) {
    const { columns, rows } = spansOf(lattice, cellOf(id));
    const index = indexOf.get(server) as number;
    for (let row = rows.first; row <= rows.last; row++) {
      const start = row * lattice.columns;
      owner.fill(index, start + columns.first, start + columns.last + 1);
    }
  }
  return { lattice, servers, owner };
}

/** All servers that own ground, lowest id first. */
export function serversOf(partition: Partition): readonly ServerId[] {
  return [...new Set(partition.cells.values())].sort((a, b) => a - b);
}
