import type { Clock, EntityId, Epoch } from "@ows/base";
import type { EntityClass, Position } from "@ows/game";
import {
  type GhostGround,
  ghostGround,
  ghostRadiusMeters,
  type Partition,
  type ServerId,
  ServerReach,
} from "@ows/mesh";
import type { GameSchema } from "@ows/protocol/game";
import type { LinkBody, Tell, WorldEvent } from "@ows/protocol/mesh";
import type { Borders } from "../world/borders.ts";
import type { PendingCall } from "../world/call-queue.ts";
import type { World } from "../world/world.ts";
import type { GhostLinks } from "./ghost-links.ts";
import type { PlayerGhost } from "./ghost-players.ts";
import { GhostReceiver } from "./ghost-receiver.ts";
import { GhostSender } from "./ghost-sender.ts";
import { REMOVE_LOST_MS } from "./lost-ghosts.ts";
import { MAX_HOPS, RemoteCalls, type Route } from "./remote-calls.ts";

/** How long a former owner knows where an entity went. */
const ROUTE_MS = 10_000;
/** Players may stand this far beyond their server's ground before they change hands. */
const BEYOND_METERS = 10;

export type GhostsOptions = {
  readonly world: World;
  readonly schema: GameSchema;
  readonly self: ServerId;
  readonly links: GhostLinks;
  readonly clock: Clock;
  /** The epoch at which an entity is owned here. */
  readonly epochOf: (id: EntityId) => Epoch | undefined;
  /** The character whose avatar an entity is. Not given: there are no players. */
  readonly characterOf?: (id: EntityId) => string | undefined;
  /** Entities live anywhere, whosever ground they stand on: every server must know of each. */
  readonly isScattered?: boolean;
};

/** For operators, under names that stand among the other counts of a zone server. */
export type GhostCounts = {
  readonly ghosts: number;
  /** Ghosts that nobody tells about. */
  readonly lostGhosts: number;
  readonly refusedGhosts: number;
  readonly ghostsWithoutRoom: number;
  readonly skippedGhostBatches: number;
  readonly ghostAgeP50Ms: number;
  readonly ghostAgeP99Ms: number;
  readonly callsAcross: number;
};

type KnownRoute = { readonly server: ServerId; readonly entityClass: EntityClass; readonly untilMs: number };

/**
 * The other servers' part of a world: ghosts of what they own near the border, and the ways for calls, words and events
 * to reach it. Each tick: `step` before the simulation, `collect` after it.
 */
export class Ghosts implements Borders {
  readonly radiusMeters: number;
  readonly #options: GhostsOptions;
  readonly #sender: GhostSender;
  readonly #receiver: GhostReceiver;
  readonly #calls: RemoteCalls;
  readonly #routes = new Map<EntityId, KnownRoute>();
  readonly #fenced = new Set<ServerId>();
  #ground: GhostGround | undefined;
  #reach: Pick<ServerReach, "touchedBy"> | undefined;

  /** Makes itself the world's way to its neighbours. */
  constructor(options: GhostsOptions) {
    const { world, schema, self, links, clock, epochOf } = options;
    const { viewRadius, classes } = world.game.definition;
    this.#options = options;
    const speeds = classes.map(({ maxSpeed }) => maxSpeed);
    this.radiusMeters = ghostRadiusMeters(viewRadius, speeds);
    this.#sender = new GhostSender({
      world,
      schema,
      links,
      epochOf,
      characterOf: options.characterOf ?? (() => undefined),
    });
    this.#receiver = new GhostReceiver({ world, self, schema, clock, isUp: (peer) => links.isUp(peer) });
    const routeOf = (id: EntityId) => this.#routeOf(id);
    this.#calls = new RemoteCalls({ self, links, calls: world.calls, clock, routeOf });
    world.borders = this;
  }

  get counts(): GhostCounts {
    return {
      ghosts: this.#options.world.store.ghostCount,
      lostGhosts: this.#receiver.lost.size,
      refusedGhosts: this.#receiver.refused,
      ghostsWithoutRoom: this.#receiver.withoutRoom,
      skippedGhostBatches: this.#sender.skippedBatches,
      ghostAgeP50Ms: this.#receiver.age.percentileMs(0.5),
      ghostAgeP99Ms: this.#receiver.age.percentileMs(0.99),
      callsAcross: this.#calls.pending,
    };
  }

  /** Ghosts that a neighbour has of this server's entities. */
  told(peer: ServerId): number {
    return this.#sender.told(peer);
  }

  /** A version of the partition that counts from now on. */
  setPartition(partition: Partition): void {
    const { world, self, isScattered } = this.#options;
    if (isScattered) {
      const others = [...new Set(partition.cells.values())].filter((server) => server !== self);
      const everybody = { neighboursNear: () => others };
      this.#ground = { made: everybody, kept: everybody };
      this.#reach = { touchedBy: () => others };
      return;
    }
    this.#ground = ghostGround(world.zone.bounds, partition, self, this.radiusMeters);
    this.#reach = new ServerReach(world.zone.bounds, partition);
  }

  peerUp(peer: ServerId): void {
    if (this.#fenced.has(peer)) return;
    this.#sender.peerUp(peer);
  }

  peerDown(peer: ServerId): void {
    this.#sender.peerDown(peer);
    this.#receiver.peerDown(peer);
    this.#calls.peerDown(peer);
  }

  /** A server is proven dead: its ghosts wait for their next owner, what it still says counts for nothing. */
  fence(dead: ServerId): void {
    this.#fenced.add(dead);
    this.#sender.peerDown(dead);
    this.#receiver.fence(dead);
    this.#calls.peerDown(dead);
  }

  /** Players that stand here as ghosts of these servers', lost ones too. */
  playersOf(isOwner: (server: ServerId) => boolean): PlayerGhost[] {
    return this.#receiver.playersOf(isOwner);
  }

  /** Takes a bulk message. Answers, once, why it is none: then nothing is taken before the link is made anew. */
  apply(peer: ServerId, bytes: Uint8Array): string | undefined {
    return this.#receiver.receive(peer, bytes);
  }

  /** Takes calls, answers, words and events. `false`: the message is for somebody else. */
  receive(from: ServerId, body: LinkBody): boolean {
    if (this.#fenced.has(from)) return false;
    switch (body.$case) {
      case "call":
        this.#calls.receiveCall(body.value);
        return true;
      case "callAnswer":
        this.#calls.receiveAnswer(body.value);
        return true;
      case "worldEvent":
        this.#receiveEvent(body.value);
        return true;
      case "tell":
        this.#receiveTell(body.value);
        return true;
      default:
        return false;
    }
  }

  /** Before a tick's simulation, when nothing of the tick before is being sent any more. */
  step(): void {
    this.#receiver.step();
    this.#calls.step();
    const nowMs = this.#options.clock.nowMs();
    for (const [id, { untilMs }] of this.#routes) {
      if (untilMs > nowMs) break;
      this.#routes.delete(id);
    }
  }

  /** After a tick's simulation: tells the neighbours. */
  collect(tick: number): void {
    if (this.#ground !== undefined) this.#sender.collect(tick, this.#ground);
  }

  /** An entity lives here from now on; if it was a ghost, in its ghost's slot, which is the answer. */
  onOwned(id: EntityId): number | undefined {
    const { store } = this.#options.world;
    this.#routes.delete(id);
    const slot = store.slotOf(id);
    if (slot === undefined) return undefined;
    this.#receiver.lost.find(slot);
    const epoch = this.#options.epochOf(id);
    if (epoch !== undefined) this.#receiver.epochs.note(slot, epoch);
    store.promoteGhost(slot);
    return slot;
  }

  /**
   * An entity lives on `to` from now on: what is here of it becomes a ghost that waits for its owner to speak, and
   * calls follow it.
   */
  onReleased(id: EntityId, to: ServerId, epoch?: Epoch): void {
    const { world, clock, epochOf } = this.#options;
    const nowMs = clock.nowMs();
    const slot = world.store.slotOf(id);
    if (slot === undefined) return;
    this.#routes.delete(id);
    this.#routes.set(id, { server: to, entityClass: world.classOf(slot), untilMs: nowMs + ROUTE_MS });
    const known = epoch ?? epochOf(id);
    if (known !== undefined) this.#receiver.epochs.note(slot, known);
    world.timers.forget(slot);
    world.store.demoteToGhost(slot, to);
    this.#receiver.lost.lose(slot, nowMs, REMOVE_LOST_MS);
  }

  call(call: PendingCall): ReturnType<Borders["call"]> {
    return this.#calls.call(call);
  }

  tell(id: EntityId, name: string, json: string): void {
    this.#sendTell({ entity: id, name, json, hops: 0 });
  }

  emit(name: string, json: string, { x, y, z }: Position, radius: number): void {
    const { self, links } = this.#options;
    const servers = this.#reach?.touchedBy(x, y, radius + BEYOND_METERS, self) ?? [];
    for (const server of servers) links.send(server, { $case: "worldEvent", value: { name, json, x, y, z, radius } });
  }

  #receiveEvent({ name, json, x, y, z, radius }: WorldEvent): void {
    this.#options.world.audience.emit(name, json, { x, y, z }, radius);
  }

  #receiveTell(tell: Tell): void {
    const { store, audience } = this.#options.world;
    const slot = store.slotOf(tell.entity as EntityId);
    if (slot !== undefined && !store.isGhost(slot)) {
      audience.tell(tell.entity as EntityId, tell.name, tell.json);
    } else if (tell.hops < MAX_HOPS) this.#sendTell({ ...tell, hops: tell.hops + 1 });
  }

  #sendTell(tell: Tell): void {
    const route = this.#routeOf(tell.entity as EntityId);
    if (route !== undefined) this.#options.links.send(route.server, { $case: "tell", value: tell });
  }

  /** A ghost's owner, or where an entity went that lived here. */
  #routeOf(id: EntityId): Route | undefined {
    const { world } = this.#options;
    const slot = world.store.slotOf(id);
    if (slot !== undefined && world.store.isGhost(slot)) {
      return { server: world.store.ghostOwners[slot] as number, entityClass: world.classOf(slot) };
    }
    return this.#routes.get(id);
  }
}
