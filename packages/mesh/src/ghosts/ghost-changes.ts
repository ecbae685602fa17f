import type { ServerId } from "../ground/partition.ts";

/** What one neighbour has to hear in one tick, as columns that are used again each tick. */
export class GhostChanges {
  goneCount = 0;
  gone = new Uint16Array(64);
  /** Entities that changed hands: the neighbour keeps what it sees of them until their new owner speaks. */
  handedCount = 0;
  handed = new Uint16Array(64);
  handedTo: ServerId[] = [];
  appearCount = 0;
  appear = new Uint16Array(64);
  updateCount = 0;
  update = new Uint16Array(64);
  dx = new Int32Array(64);
  dy = new Int32Array(64);
  dz = new Int32Array(64);
  /** The new heading in wire steps, -1 when it did not change. */
  yaw = new Int16Array(64);
  componentMask = new Int32Array(64);

  reset(): void {
    this.goneCount = 0;
    this.handedCount = 0;
    this.appearCount = 0;
    this.updateCount = 0;
  }

  get isEmpty(): boolean {
    return this.goneCount + this.handedCount + this.appearCount + this.updateCount === 0;
  }

  addGone(slot: number): void {
    if (this.goneCount === this.gone.length) this.gone = doubled(this.gone);
    this.gone[this.goneCount++] = slot;
  }

  addHanded(slot: number, to: ServerId): void {
    if (this.handedCount === this.handed.length) this.handed = doubled(this.handed);
    this.handedTo[this.handedCount] = to;
    this.handed[this.handedCount++] = slot;
  }

  addAppear(slot: number): void {
    if (this.appearCount === this.appear.length) this.appear = doubled(this.appear);
    this.appear[this.appearCount++] = slot;
  }

  addUpdate(slot: number, dx: number, dy: number, dz: number, yaw: number, componentMask: number): void {
    if (this.updateCount === this.update.length) this.#growUpdates();
    const at = this.updateCount++;
    this.update[at] = slot;
    this.dx[at] = dx;
    this.dy[at] = dy;
    this.dz[at] = dz;
    this.yaw[at] = yaw;
    this.componentMask[at] = componentMask;
  }

  #growUpdates(): void {
    this.update = doubled(this.update);
    this.dx = doubled(this.dx);
    this.dy = doubled(this.dy);
    this.dz = doubled(this.dz);
    this.yaw = doubled(this.yaw);
    this.componentMask = doubled(this.componentMask);
  }
}

function doubled<Column extends Uint16Array | Int16Array | Int32Array>(from: Column): Column {
  const larger = new (from.constructor as new (length: number) => Column)(from.length * 2);
  larger.set(from);
  return larger;
}
