import type { Clock } from "@ows/base";
import { cellBounds, type GridBounds, type OwnershipOrder, type Partition, parseCell } from "@ows/mesh";

/** How many lost servers of a mesh instance are remembered. */
const MAX_LOSSES = 16;

/** What went where when a server was lost. */
export interface Loss {
  readonly zoneInstanceId: number;
  /** Unix time in milliseconds. */
  readonly atMs: number;
  /** Players that it had. */
  readonly players: number;
  /** Its ground, in square metres, by the server that has it since; empty until it is given away. */
  readonly ground: ReadonlyMap<number, number>;
  /** Entities that went on from a copy, by the server that had the copy. */
  readonly entities: ReadonlyMap<number, number>;
}

interface OpenLoss extends Loss {
  ground: ReadonlyMap<number, number>;
  readonly entities: Map<number, number>;
  /** Units that are counted: an order that is repeated moves nothing again. */
  readonly counted: Set<string>;
}

/** The servers that a mesh instance has lost, for people who ask what became of what they had. */
export class Losses {
  readonly #clock: Pick<Clock, "wallMs">;
  #losses: readonly OpenLoss[] = [];

  constructor(clock: Pick<Clock, "wallMs">) {
    this.#clock = clock;
  }

  /** The latest last. */
  get all(): readonly Loss[] {
    return this.#losses;
  }

  lost(zoneInstanceId: number, players: number): void {
    const loss: OpenLoss = {
      ...{ zoneInstanceId, players, atMs: this.#clock.wallMs() },
      ...{ ground: new Map(), entities: new Map(), counted: new Set() },
    };
    this.#losses = [...this.#losses, loss].slice(-MAX_LOSSES);
  }

  /** An order of the settlement; of servers that died together all is counted with the latest. */
  ordered(to: number, order: OwnershipOrder): void {
    const loss = this.#losses.at(-1);
    // What has an owner already goes on where it is.
    if (loss === undefined || order.kind !== "promote" || order.role === "owner") return;
    const unit = `${order.root} ${to}`;
    if (loss.counted.has(unit)) return;
    loss.counted.add(unit);
    loss.entities.set(to, (loss.entities.get(to) ?? 0) + order.members.length);
  }

  groundGiven(dead: number, bounds: GridBounds, before: Partition, after: Partition): void {
    const loss = this.#losses.findLast(({ zoneInstanceId }) => zoneInstanceId === dead);
    if (loss === undefined) return;
    const ground = new Map<number, number>();
    for (const [id, owner] of before.cells) {
      const heir = after.cells.get(id);
      const cell = parseCell(id);
      if (owner !== dead || heir === undefined || !cell.ok) continue;
      const { minX, minY, maxX, maxY } = cellBounds(bounds, cell.value);
      ground.set(heir, (ground.get(heir) ?? 0) + (maxX - minX) * (maxY - minY));
    }
    loss.ground = ground;
    loss.counted.clear();
  }
}
