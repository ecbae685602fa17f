import { compareEpochs, type Epoch } from "@ows/base";

/** What one server says of its players. */
export type OwnerLook = {
  readonly zoneInstanceId: number;
  readonly players: readonly { readonly id: number; readonly name: string; readonly epoch?: Epoch }[];
};

type Ownership = { readonly server: number; readonly epoch: Epoch };
/** What was known at one moment. */
export type KnownOwners = ReadonlyMap<number, Ownership>;

/**
 * Answers of two servers are never of the same instant, so it is the epochs that tell: whoever has an entity at an epoch
 * that another server has too, or has it still when a newer one was known before it was asked, has a second one.
 */
export class OwnerBook {
  /** Names, and how each was seen twice. */
  readonly doubled = new Map<string, string>();
  readonly #newest = new Map<number, Ownership>();

  known(): KnownOwners {
    return new Map(this.#newest);
  }

  /** @param before what was known when the server was asked. */
  note({ zoneInstanceId: server, players }: OwnerLook, before: KnownOwners): void {
    for (const { id, name, epoch } of players) {
      if (epoch === undefined) continue;
      const known = before.get(id);
      if (known !== undefined && compareEpochs(epoch, known.epoch) < 0) {
        this.doubled.set(name, `at ${server}, which has it still, and at ${known.server}`);
      }
      const newest = this.#newest.get(id);
      const order = newest === undefined ? 1 : compareEpochs(epoch, newest.epoch);
      if (order === 0 && newest?.server !== server) this.doubled.set(name, `at ${server} and at ${newest?.server}`);
      if (order > 0) this.#newest.set(id, { server, epoch });
    }
  }
}
