import { randomBytes } from "node:crypto";
import { type EntityId, FIRST_EPOCH } from "@ows/base";
import {
  type DeskEffect,
  type DeskGround,
  type GroundRaster,
  HandoffDesk,
  type Member,
  type MemberState,
  type Partition,
  type ServerId,
} from "@ows/mesh";
import type { Handoff, LinkBody, OwnershipOrder, PartitionUpdate, PrepareToReceivePlayer } from "@ows/protocol/mesh";
import type { PlayerGhost } from "../ghosts/ghost-players.ts";
import { PhaseTimes } from "../tick/phase-times.ts";
import { BorderWatch } from "./border-watch.ts";
import { ClientRoutes } from "./client-routes.ts";
import { CrossingClients } from "./crossing-clients.ts";
import { explainStay, type Stay } from "./explain-stay.ts";
import { HandoffLog } from "./handoff-log.ts";
import { handoffFromWire, handoffToWire } from "./handoff-wire.ts";
import { Handover } from "./handover.ts";
import type { MeshInspection } from "./mesh-inspection.ts";
import type { MeshListener, MeshNodeOptions } from "./mesh-node-options.ts";
import { obeyOrder } from "./obey-order.ts";
import { appendDelta, type EntityBytes } from "./pack-entity.ts";
import { PeerBook } from "./peer-book.ts";
import { readGround } from "./read-ground.ts";

type Effect = DeskEffect<EntityBytes>;

/**
 * One zone server's part in a mesh instance: who lives here at which epoch, who leaves for where, who is to come. It
 * carries out what the handoff desk decides, between ticks; `endOfTick` is called when a tick's simulation is over.
 */
export class MeshNode {
  readonly desk: HandoffDesk<EntityBytes>;
  readonly log: HandoffLog;
  readonly routes: ClientRoutes;
  readonly clients: CrossingClients;
  /** What handoffs take. */
  readonly times: PhaseTimes;
  /** Whether an entity that leaves stays as a ghost: set by whoever keeps ghosts up to date. */
  keepsGhosts = false;
  /** Players that stand here as ghosts of these servers': set by whoever keeps ghosts. */
  playerGhosts: (isOwner: (server: ServerId) => boolean) => readonly PlayerGhost[] = () => [];
  readonly #options: MeshNodeOptions;
  readonly #listeners: MeshListener[] = [];
  readonly #border: BorderWatch;
  readonly #peers: PeerBook;
  readonly #handover: Handover;
  readonly #classNames: readonly string[];
  /** Leaving units: when their wish to leave was seen last. */
  readonly #wishedAtMs = new Map<EntityId, number>();
  readonly #askAgainAtMs = new Map<EntityId, number>();
  #partition: Partition | undefined;
  #raster: GroundRaster | undefined;
  #scratch = new Uint16Array(0);

  constructor(options: MeshNodeOptions) {
    this.#options = options;
    const { self, world, settings, schema, links, clock } = options;
    this.log = new HandoffLog(self);
    this.times = new PhaseTimes(() => clock.nowMs());
    this.routes = new ClientRoutes(settings.idleLinkMs);
    this.#border = new BorderWatch(settings, world.store, self);
    const { bounds } = world.zone;
    this.#peers = new PeerBook({ links, bounds, clock, logger: options.logger, askForLink: options.askForLink });
    const { players, logger, snapshots } = options;
    this.#handover = new Handover({ world, players, schema, routes: this.routes, clock, logger, snapshots });
    this.#classNames = world.store.classes.map(({ name }) => name);
    this.desk = new HandoffDesk<EntityBytes>({
      source: settings.source,
      target: settings.target,
      applyDelta: appendDelta,
      makeToken: () => randomBytes(32).toString("base64url"),
      refusal: (prepare) =>
        prepare.classes.some((index) => index < 0) ? "unknown-class" : options.refusal(prepare.character !== undefined),
      ground: () => this.#deskGround(),
      cannotTake: (members) => this.#handover.cannotTake(members),
      isDurableAtOnce: true,
      ghosts: (isDead) => this.playerGhosts(isDead).map((ghost) => this.#handover.packGhost(ghost)),
    });
    this.clients = new CrossingClients({
      ...{ players, links, schema, clock, routes: this.routes, desk: this.desk },
      gameUrlOf: (server) => this.#peers.gameUrlOf(server),
      welcome: (player, connection) => this.#handover.welcome(player, connection),
      onWarm: (root, nowMs) => this.#clientIsWarm(root, nowMs),
    });
    world.ownership = {
      spawned: (id) => this.desk.adopt(id, FIRST_EPOCH, clock.nowMs()),
      removed: (id) => this.#removed(id),
      // It did not walk to and fro.
      teleported: (id) => this.#border.left(id),
    };
    links.onMessage((from, body) => this.#receive(from, body));
    links.onUp((peer) => this.#run(this.desk.linkUp(peer, clock.nowMs())));
    links.onDown((peer) => this.#run(this.desk.linkDown(peer, clock.nowMs())));
  }

  listen(listener: MeshListener): void {
    this.#listeners.push(listener);
  }

  /** The partition in force, seen from here; `undefined` before the first one. */
  get raster(): GroundRaster | undefined {
    return this.#raster;
  }

  get partition(): Partition | undefined {
    return this.#partition;
  }

  /** Whether the entity lives here: at this moment, one server of the mesh instance at most says so. */
  owns(entity: EntityId): boolean {
    return this.desk.epochOf(entity) !== undefined;
  }

  /** Where calls and inputs for an entity that left are sent after it. */
  routeOf(entity: EntityId): ServerId | undefined {
    return this.desk.routeOf(entity);
  }

  /** Applies a newer partition; an older one, or one that is not sound, changes nothing. Answers whether it did. */
  applyPartition(update: PartitionUpdate): boolean {
    const { world, self, logger, clock } = this.#options;
    const known = this.#partition?.version ?? 0;
    // The same ground again: a server is reached elsewhere now.
    if (update.version === known && known > 0) this.#peers.set(update.peers);
    if (update.version <= known) return false;
    const ground = readGround(update, world, self);
    if (!ground.ok) {
      logger.error({ version: update.version, mistake: ground.reason }, "a partition that is not sound is not applied");
      return false;
    }
    const { partition, raster } = ground.value;
    if (this.#raster !== undefined) this.#border.groundMoved(this.#raster, raster);
    this.#partition = partition;
    this.#raster = raster;
    this.#peers.set(update.peers);
    logger.info({ version: partition.version, servers: update.peers.length }, "a partition is in force");
    for (const listener of this.#listeners) listener.repartitioned?.(partition, raster);
    // Who was refused by the former ground is asked by the new one.
    this.#askAgainAtMs.clear();
    this.#run(this.desk.partitionChanged(clock.nowMs()));
    return true;
  }

  /** The simulation of a tick is over: who leaves, leaves now. Nothing of this tick was sent to clients yet. */
  endOfTick(): void {
    const { clock, links, world, tellCoordinator } = this.#options;
    const nowMs = clock.nowMs();
    this.#run(this.desk.tick(nowMs));
    this.#handover.greetRestored();
    const raster = this.#raster;
    if (raster !== undefined) {
      const peersUp = links.up.filter((peer) => !this.desk.isFenced(peer));
      const live = world.store.liveSlots();
      if (this.#scratch.length < live.length) this.#scratch = new Uint16Array(live.length * 2);
      this.#scratch.set(live);
      for (let i = 0, count = live.length; i < count; i++) {
        this.#consider(this.#scratch[i] as number, raster, peersUp, nowMs);
      }
    }
    this.clients.flush();
    this.routes.sweep(nowMs);
    const reports = this.log.takeReports();
    if (reports.length > 0) tellCoordinator({ $case: "handoffReports", value: { reports } });
  }

  /** Another server will hand somebody over, and has no link yet. */
  prepareToReceive({ source }: PrepareToReceivePlayer): void {
    if (source !== undefined && !this.desk.isFenced(source.zoneInstanceId)) this.#peers.learn(source);
  }

  /** The coordinator's word on ownership. */
  order(order: OwnershipOrder): void {
    const { clock, tellCoordinator, logger } = this.#options;
    obeyOrder(order, {
      ...{ desk: this.desk, nowMs: clock.nowMs(), tellCoordinator, logger },
      run: (effects) => this.#run(effects),
      taken: (root) => this.log.completed(root, clock.nowMs()),
      fenced: (dead) => {
        for (const listener of this.#listeners) listener.fenced?.(dead);
      },
    });
  }

  inspect(): MeshInspection {
    const { world, links, clock } = this.#options;
    const { done, stayed } = this.log;
    return {
      partitionVersion: this.#partition?.version ?? 0,
      cells: [...(this.#partition?.cells ?? [])],
      ghosts: world.store.ghostCount,
      handoffs: { done, stayed, open: this.log.open(clock.nowMs()), spentMs: this.times.totalsMs() },
      links: links.inspect(),
      idleClients: this.routes.idleCount,
      forwardedInputs: this.clients.forwardedInputs,
    };
  }

  /** Why the entity in this slot is here still; `undefined` when nothing calls it elsewhere. */
  stayOf(slot: number): Stay | undefined {
    const raster = this.#raster;
    if (raster === undefined) return undefined;
    const { clock, links, world } = this.#options;
    const nowMs = clock.nowMs();
    const entity = world.store.ids[slot] as EntityId;
    const askAgainInMs = (this.#askAgainAtMs.get(entity) ?? 0) - nowMs;
    const verdict = this.#border.judge(slot, raster, links.up, nowMs);
    return explainStay({ entity, verdict, askAgainInMs, log: this.log, links, nowMs });
  }

  /** In a storm everybody goes anywhere. */
  #deskGround(): DeskGround | undefined {
    if (this.#options.settings.isStorm) return undefined;
    const { self } = this.#options;
    const raster = this.#raster;
    return { version: raster?.version ?? 0, holds: (x, y) => raster?.ownerAt(x, y) === self };
  }

  #consider(slot: number, raster: GroundRaster, peersUp: readonly ServerId[], nowMs: number): void {
    const { world } = this.#options;
    if (world.store.isGhost(slot)) return;
    const id = world.store.ids[slot] as EntityId;
    if (id === 0) return;
    const { to, waitsFor } = this.#border.judge(slot, raster, peersUp, nowMs);
    const source = this.desk.sourceOf(id);
    const isLeaving = source?.phase === "preparing" || source?.phase === "ready";
    if (!isLeaving) {
      if (to === undefined) return;
      if (peersUp.includes(to)) this.#begin(slot, to, raster, nowMs);
      else if (!this.desk.isFenced(to)) this.#needLink(slot, to, raster);
      return;
    }
    if (to !== undefined && to !== source.to && !this.#options.settings.isStorm) {
      this.#run(this.desk.stay(id, "another-target", nowMs));
      return;
    }
    if (to !== undefined) this.#wishedAtMs.set(id, nowMs);
    else if (nowMs - (this.#wishedAtMs.get(id) ?? 0) > this.#options.settings.lingerMs) {
      this.#run(this.desk.stay(id, "turned-back", nowMs));
      return;
    }
    if (this.#isAnyBound(source.members.map(({ entity }) => entity))) {
      this.#run(this.desk.stay(id, "regrouped", nowMs));
      return;
    }
    if (source.phase !== "ready") return;
    const mayLeave = to !== undefined && waitsFor === undefined;
    this.log.waits(id, to === undefined ? "it to turn again" : (waitsFor ?? "its client's link"));
    if (!mayLeave && source.sent > 0 && !this.#isTurnToTell(id, source.members)) return;
    const kind = this.desk.tellingDue(id, mayLeave, nowMs);
    if (kind === undefined) return;
    const told: EntityBytes[] = [];
    this.times.during("pack", () => {
      for (const { entity } of source.members) {
        const bytes = this.#handover.tell(entity, kind);
        if (bytes !== undefined) told.push([bytes]);
      }
    });
    if (told.length === source.members.length) this.#run(this.desk.endOfTick(id, kind, told, nowMs));
    else this.#run(this.desk.stay(id, "regrouped", nowMs));
  }

  #needLink(slot: number, to: ServerId, raster: GroundRaster): void {
    const { players, world } = this.#options;
    const { positions, ids } = world.store;
    this.#peers.needsLink(to, () => ({
      characterName: players.byEntity(ids[slot] as EntityId)?.characterName ?? "",
      from: { x: positions.x[slot] as number, y: positions.y[slot] as number },
      at: this.#border.placeAfterLeaving(slot, raster),
    }));
  }

  /** What a player was told is not taken back when this server dies; what no player moves may lose a few ticks. */
  #isTurnToTell(id: EntityId, members: readonly Member[]): boolean {
    const { world, players } = this.#options;
    const hasPlayer = members.some(({ entity }) => players.byEntity(entity) !== undefined);
    return hasPlayer || (world.tick + id) % TICKS_BETWEEN_STATES === 0;
  }

  #begin(slot: number, to: ServerId, raster: GroundRaster, nowMs: number): void {
    const id = this.#options.world.store.ids[slot] as EntityId;
    if (nowMs < (this.#askAgainAtMs.get(id) ?? 0)) return;
    const { world, players, unitOf } = this.#options;
    const members = unitOf?.(id) ?? [id];
    if (this.#isAnyBound(members)) return;
    const classes: number[] = [];
    for (const entity of members) {
      const slot = world.store.slotOf(entity);
      const epoch = this.desk.epochOf(entity);
      if (slot === undefined || epoch === undefined) return;
      classes.push(world.store.classIndex[slot] as number);
    }
    if (members[0] !== id) return;
    const character = players.byEntity(id)?.characterName;
    const epoch = this.desk.epochOf(id) ?? FIRST_EPOCH;
    const partitionVersion = raster.version;
    const at = this.#border.placeAfterLeaving(slot, raster);
    this.clients.begin(id);
    const effects = this.desk.begin({ members, classes, character, at, partitionVersion }, to, nowMs);
    if (effects.length === 0) return;
    this.log.began(id, to, character ?? "", epoch, nowMs);
    this.#wishedAtMs.set(id, nowMs);
    this.#run(effects);
  }

  #isAnyBound(members: readonly EntityId[]): boolean {
    return members.some((entity) => this.#options.players.byEntity(entity)?.isBound);
  }

  #removed(id: EntityId): void {
    this.#forget(id);
    this.#run(this.desk.remove(id, this.#options.clock.nowMs()));
  }

  #receive(from: ServerId, body: LinkBody): void {
    const nowMs = this.#options.clock.nowMs();
    switch (body.$case) {
      case "handoff":
        this.times.during(`receive ${body.value.step?.$case}`, () => this.#handoff(from, body.value, nowMs));
        return;
      case "clientWarm": {
        const root = body.value.root as EntityId;
        if (this.desk.sourceOf(root)?.to === from) this.clients.isWarm(root);
        return;
      }
      case "clientWanted": {
        const root = body.value.root as EntityId;
        if (this.desk.sourceOf(root)?.to === from) this.clients.sendAfter(root);
        return;
      }
      case "forwardedInputs":
        if (!this.desk.isFenced(from)) this.clients.forwarded(body.value);
        return;
      default:
        return;
    }
  }

  #handoff(from: ServerId, wire: Handoff, nowMs: number): void {
    const message = handoffFromWire(wire, this.#classNames);
    if (message === undefined) {
      this.#options.logger.warn({ from }, "a handoff message that makes no sense is dropped");
      return;
    }
    const { root } = message;
    if (message.kind === "ready" && this.desk.sourceOf(root)?.to === from) this.log.ready(root, nowMs);
    const effects = this.desk.receive(from, message, nowMs);
    const isAnswer = message.kind === "complete" || message.kind === "durable";
    if (isAnswer && this.desk.sourceOf(root)?.phase === "confirmed") this.log.completed(root, nowMs);
    this.#run(effects);
  }

  #clientIsWarm(root: EntityId, nowMs: number): void {
    this.log.warm(root, nowMs);
    this.#run(this.desk.clientIsWarm(root, nowMs));
  }

  #run(effects: readonly Effect[]): void {
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: Effect): void {
    const { clock, links, tellCoordinator } = this.#options;
    const nowMs = clock.nowMs();
    switch (effect.kind) {
      case "send": {
        const { to, message } = effect;
        this.times.during(`send ${message.kind}`, () => {
          if (message.kind === "ready") this.clients.reserve(message.token, message.root, to);
          links.send(to, { $case: "handoff", value: handoffToWire(message, this.#classNames) });
        });
        return;
      }
      case "warm-client":
        this.clients.sendAhead(effect.root, effect.to, effect.token);
        return;
      case "stayed":
        this.log.ended(effect.root, effect.reason);
        if (!SOON_AGAIN.has(effect.reason)) {
          this.#askAgainAtMs.set(effect.root, nowMs + this.#options.settings.askAgainMs);
        }
        return;
      case "released":
        this.times.during("release", () => this.#release(effect.members, effect.to));
        this.log.released(effect.root, effect.members[0]?.epoch ?? FIRST_EPOCH, nowMs);
        return;
      case "own":
        this.times.during("settle", () => this.#own(effect.members, effect.from, nowMs));
        return;
      case "own-ghost":
      case "own-again": {
        const isGhost = effect.kind === "own-ghost";
        this.#own(effect.members, isGhost ? effect.from : this.#options.self, nowMs, isGhost);
        this.log.ended(effect.root, isGhost ? "came back from its ghost" : "came back");
        this.#askAgainAtMs.set(effect.root, nowMs + this.#options.settings.askAgainMs);
        return;
      }
      case "resolve": {
        const { entity, epoch, to } = effect;
        tellCoordinator({ $case: "resolveQuestion", value: { entity, epoch, to } });
        return;
      }
      case "unreserved":
        this.routes.unreserve(effect.token, nowMs);
        return;
      case "forgotten":
        this.log.ended(effect.root, "owned elsewhere");
        return;
      case "staged":
        return;
    }
  }

  #release(members: readonly Member[], to: ServerId): void {
    for (const member of members) {
      const { entity, epoch } = member;
      const slot = this.#handover.release(member, to, this.keepsGhosts);
      if (slot === undefined) continue;
      this.#forget(entity);
      for (const listener of this.#listeners) listener.released?.(slot, entity, to, epoch);
    }
  }

  /** The entities live here from now on: at once, whatever the event loop has waiting. */
  #own(members: readonly MemberState<EntityBytes>[], from: ServerId, nowMs: number, isGhost = false): void {
    for (const member of members) {
      const { entity } = member;
      const seenSince = from === this.#options.self ? this.#seenSince(member) : undefined;
      const slot = this.#handover.settle(member, { isGhost, seenSince });
      if (slot === undefined) {
        this.#run(this.desk.remove(entity, nowMs));
        continue;
      }
      this.#border.came(slot, from, this.#raster, nowMs);
      for (const listener of this.#listeners) listener.owned?.(slot, entity, from);
    }
  }

  /** A player's ghost whose owner died with what was given to it here. */
  #seenSince({ entity, epoch }: Member): PlayerGhost | undefined {
    const ghosts = this.playerGhosts((server) => this.desk.isFenced(server));
    return ghosts.find((ghost) => ghost.entity === entity && ghost.epoch.count === epoch.count);
  }

  #forget(id: EntityId): void {
    this.#handover.forget(id);
    this.#wishedAtMs.delete(id);
    this.#askAgainAtMs.delete(id);
    this.clients.begin(id);
    this.#border.left(id);
  }
}

/** Of units without a player, while they wait to leave. */
const TICKS_BETWEEN_STATES = 5;

/** Ended for a reason that a new try does not share. */
const SOON_AGAIN: ReadonlySet<string> = new Set(["another-target", "turned-back", "regrouped"]);
