import { compareEpochs, type EntityId, type Epoch, formatEpoch } from "@ows/base";
import type { Member } from "@ows/mesh";
import { chainOf, type SimState } from "./state.ts";
import type { Units } from "./units.ts";

/** A promise of the mesh that did not hold. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly invariant: string;

  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}

/** What the oracle may look at on a server that is not dead. */
export interface Holder {
  readonly id: number;
  readonly isDead: boolean;
  /** Entities of which there is any copy here, at which epochs. */
  held(): readonly Member[];
  /** Those of them that a decision can make an owner of: not the old routes between two that live. */
  recoverable(): readonly Member[];
  /** Those of them that are whole: no ghosts. */
  whole(): readonly Member[];
}

type Life = {
  owner: number | undefined;
  /** The highest epoch that was ever owned, or given by a commit, whether it was taken or not. */
  newest: Epoch;
  /** A server died that owned it or held it in escrow. */
  wasEndangered: boolean;
  isLost: boolean;
  /** Servers that know of its end; `undefined` while it has none. */
  endKnownTo: Set<number> | undefined;
};

/** Sees everything and holds the mesh to its promises. */
export class Oracle {
  readonly #units: Units;
  readonly #servers: () => Iterable<Holder>;
  /** Entities that vanished with their only copy. */
  lostCount = 0;
  handoffs = 0;
  /** Players that came back from a ghost. */
  ghosts = 0;
  /** Entities that came back because nobody alive knew of their end. */
  revived = 0;
  readonly #lives = new Map<EntityId, Life>();
  readonly #seenByClient = new Map<EntityId, Epoch>();

  constructor(units: Units, servers: () => Iterable<Holder>) {
    this.#units = units;
    this.#servers = servers;
  }

  ownerOf(entity: EntityId): number | undefined {
    return this.#lives.get(entity)?.owner;
  }

  /** It vanished with its only copy, or has ended. */
  isOver(entity: EntityId): boolean {
    const life = this.#lives.get(entity);
    return life !== undefined && (life.isLost || life.endKnownTo !== undefined);
  }

  /** The entity ended on the server that owns it. */
  ended(server: number, entity: EntityId): void {
    const life = this.#life(entity);
    life.owner = undefined;
    life.endKnownTo = new Set([server]);
  }

  heardOfEnd(server: number, entity: EntityId): void {
    this.#lives.get(entity)?.endKnownTo?.add(server);
  }

  /** A ghost is to become an owner: nobody may have more, at this epoch or a later one. */
  ownsGhost(server: number, { entity, epoch }: Member, servers: Iterable<Holder>): void {
    // The count is that of the ghost's ownership, at a term of its own.
    const { newest } = this.#life(entity);
    const told = { term: newest.term, count: epoch.count };
    for (const holder of servers) {
      if (holder.isDead || holder.id === server) continue;
      const better = holder.whole().find((copy) => copy.entity === entity && compareEpochs(copy.epoch, told) >= 0);
      if (better !== undefined) {
        throw new Violation("I4", `${server} owns ${entity} from a ghost, and ${holder.id} has the whole of it`);
      }
    }
    this.ghosts++;
  }

  owned(server: number, entity: EntityId, epoch: Epoch, state: SimState): void {
    const life = this.#lives.get(entity);
    if (life?.owner !== undefined) {
      throw new Violation("I1", `${entity} is owned by ${life.owner} and by ${server} at ${formatEpoch(epoch)}`);
    }
    if (life !== undefined && compareEpochs(epoch, life.newest) < 0) {
      throw new Violation(
        "I3",
        `${server} owns ${entity} at ${formatEpoch(epoch)}, ${formatEpoch(life.newest)} is known`,
      );
    }
    if (life?.isLost) this.lostCount--;
    if (life?.endKnownTo !== undefined) this.#revive(server, entity, life.endKnownTo);
    this.#lives.set(entity, {
      owner: server,
      newest: epoch,
      wasEndangered: life !== undefined && (life.wasEndangered || life.endKnownTo !== undefined),
      isLost: false,
      endKnownTo: undefined,
    });
    this.checkChain(entity, state);
  }

  /** The server gave the members away; `members` carry the epochs given. */
  released(server: number, members: readonly Member[]): void {
    for (const { entity, epoch } of members) {
      const life = this.#life(entity);
      if (life.owner !== server) throw new Violation("I1", `${server} gives ${entity} away, ${life.owner} owns it`);
      life.owner = undefined;
      if (compareEpochs(epoch, life.newest) <= 0) {
        throw new Violation("I2", `${entity} is given at ${formatEpoch(epoch)}, ${formatEpoch(life.newest)} is known`);
      }
      life.newest = epoch;
    }
    this.handoffs++;
  }

  /** What the source gave is burned for ever: it owns again above it. A target owns at what it was given. */
  checkNewer(entity: EntityId, epoch: Epoch, isAgain: boolean): void {
    const { newest } = this.#life(entity);
    if (isAgain && compareEpochs(epoch, newest) === 0) {
      throw new Violation("I2", `${entity} is owned again at ${formatEpoch(epoch)}, which was given away`);
    }
  }

  checkUnits(entities: readonly Member[]): void {
    for (const { entity } of entities) {
      const members = this.#units.of(entity);
      const owners = new Set(members.map((member) => this.ownerOf(member)));
      if (owners.size > 1) throw new Violation("whole groups", `${members} are owned by ${[...owners]}`);
    }
  }

  checkChain(entity: EntityId, { lastInput, chain, skips }: SimState): void {
    if (chainOf(lastInput, skips) !== chain) {
      throw new Violation("I5", `the inputs of ${entity} up to ${lastInput} were not applied once and in order`);
    }
    if (skips.length > 0 && !this.#life(entity).wasEndangered) {
      throw new Violation("I5", `acknowledged inputs of ${entity} were lost and no server died with it`);
    }
  }

  /** A client follows a server's word at this epoch; what it was told is applied must be applied there. */
  clientObeys(entity: EntityId, epoch: Epoch, applied: { readonly there: number; readonly acked: number }): void {
    const seen = this.#seenByClient.get(entity);
    if (seen !== undefined && compareEpochs(epoch, seen) < 0) {
      throw new Violation("I8", `the client of ${entity} follows ${formatEpoch(epoch)} after ${formatEpoch(seen)}`);
    }
    this.#seenByClient.set(entity, epoch);
    if (applied.there < applied.acked && !this.#life(entity).wasEndangered) {
      throw new Violation("I5", `input ${applied.acked} of ${entity} was acknowledged, its owner has ${applied.there}`);
    }
  }

  /** Before a copy is dropped for a better one: somebody owns it, gave it away since, or died owning it. */
  superseding(holder: number, members: readonly Member[], servers: Iterable<Holder>): void {
    const all = [...servers];
    for (const { entity, epoch } of members) {
      const life = this.#life(entity);
      if (life.owner !== undefined || life.isLost || life.endKnownTo !== undefined) continue;
      const others = all.filter((server) => server.id !== holder);
      const isBetterHeld = others.some((server) =>
        server.held().some((copy) => copy.entity === entity && compareEpochs(copy.epoch, epoch) > 0),
      );
      if (!isBetterHeld) throw new Violation("I4", `${holder} drops its copy of ${entity} and nobody has a better one`);
    }
  }

  /** A server died. What nobody has a copy of may vanish. */
  died(server: number, held: readonly Member[], servers: Iterable<Holder>): void {
    for (const { entity } of held) this.#life(entity).wasEndangered = true;
    for (const life of this.#lives.values()) if (life.owner === server) life.owner = undefined;
    this.countLost(servers);
  }

  /** Of what was endangered and has no owner, what has no copy at all is lost. */
  countLost(servers: Iterable<Holder>): void {
    const held = new Set<EntityId>();
    for (const server of servers) if (!server.isDead) for (const { entity } of server.recoverable()) held.add(entity);
    for (const [entity, life] of this.#lives) {
      if (life.owner !== undefined || life.endKnownTo !== undefined || held.has(entity)) continue;
      if (life.isLost || !life.wasEndangered) continue;
      life.isLost = true;
      this.lostCount++;
    }
  }

  /** After quiet: everything that is not lost has exactly one owner. */
  checkQuiet(): void {
    for (const [entity, life] of this.#lives) {
      if (life.owner === undefined && !this.isOver(entity))
        throw new Violation("I4", `${entity} has no owner after quiet`);
    }
  }

  #revive(server: number, entity: EntityId, knownTo: ReadonlySet<number>): void {
    const knowing = [...this.#servers()].find(({ id, isDead }) => !isDead && knownTo.has(id));
    if (knowing !== undefined) {
      throw new Violation("I4", `${server} owns ${entity}, which has ended, as ${knowing.id} knows`);
    }
    this.revived++;
  }

  #life(entity: EntityId): Life {
    const life = this.#lives.get(entity);
    if (life === undefined) throw new Violation("I4", `nobody knows ${entity}`);
    return life;
  }
}
