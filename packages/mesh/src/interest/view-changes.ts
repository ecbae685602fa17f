/** What one snapshot tells one client about others. Reused: valid until the next `reset`. */
export class ViewChanges {
  goneCount = 0;
  /** Slots that the client forgets. */
  readonly gone: Uint16Array;
  fullCount = 0;
  /** Slots that are introduced with a full record. */
  readonly full: Uint16Array;
  deltaCount = 0;
  /** Slots that get the delta of a tier. */
  readonly deltas: Uint16Array;
  readonly deltaTiers: Uint8Array;

  /** @param viewCapacity of the largest view that is stepped with this. */
  constructor(viewCapacity: number) {
    this.gone = new Uint16Array(viewCapacity);
    this.full = new Uint16Array(viewCapacity);
    this.deltas = new Uint16Array(viewCapacity);
    this.deltaTiers = new Uint8Array(viewCapacity);
  }

  reset(): void {
    this.goneCount = 0;
    this.fullCount = 0;
    this.deltaCount = 0;
  }
}
