import { randomBytes } from "node:crypto";
import type { Clock, Endpoint } from "@ows/base";
import {
  type CoordinatorEffect,
  type CoordinatorEvent,
  type GridBounds,
  OwnershipCoordinator,
  type Partition,
  partitionToWire,
  staticPartition,
  withoutServer,
} from "@ows/mesh";
import {
  type LinkBody,
  orderToWire,
  ownershipEventFromWire,
  type PartitionUpdate,
  type Peer,
} from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";
import type { MeshRepository } from "@ows/store";
import type { JoinEvent } from "@ows/world";
import { CopiesInParts } from "./copies-in-parts.ts";
import type { Ground } from "./ground.ts";
import { HandoffHistory } from "./handoff-history.ts";
import { Losses } from "./losses.ts";
import { Presence } from "./presence.ts";
import { Undelivered } from "./undelivered.ts";
import { WorkQueue } from "./work-queue.ts";

export interface MeshInstanceParts {
  readonly customerGuid: string;
  readonly id: string;
  readonly zoneName: string;
  readonly zoneId: number;
  /** How many servers share the ground. */
  readonly servers: number;
  readonly bounds: GridBounds;
  /** Of the one build of the game that all its servers run. */
  readonly schemaHash: string;
  readonly store: Pick<MeshRepository, "nextTerm" | "saveAssignments" | "saveVoid" | "forgetMeshes">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `false`: it has no control link now. */
  readonly send: (zoneInstanceId: number, body: LinkBody) => boolean;
  /** A new version of the ground counts. */
  readonly onGround: () => void;
}

export interface MeshMember {
  readonly zoneInstanceId: number;
  readonly s2sEndpoint: Endpoint;
  /** A Unix socket beside it; empty when it has none. */
  readonly s2sSocket: string;
  readonly gameEndpoint: Endpoint;
}

/**
 * One running mesh instance as its coordinator sees it: who is in, who owns which ground, what becomes of the entities
 * of the dead. What is decided is written before anybody hears of it, and told in the order of the decisions.
 */
export class MeshInstance implements Disposable {
  readonly linkSecret = randomBytes(32).toString("base64url");
  readonly presence: Presence;
  readonly history: HandoffHistory;
  readonly losses: Losses;
  readonly #parts: MeshInstanceParts;
  readonly #members = new Map<number, MeshMember>();
  readonly #ownership = new OwnershipCoordinator();
  readonly #undelivered: Undelivered;
  readonly #copies = new CopiesInParts();
  readonly #work: WorkQueue;
  readonly #whenSettled: (() => void)[] = [];
  #isForming = false;
  #partition: Partition | undefined;

  constructor(parts: MeshInstanceParts) {
    this.#parts = parts;
    this.presence = new Presence(parts.clock);
    this.history = new HandoffHistory(parts.clock);
    this.losses = new Losses(parts.clock);
    this.#undelivered = new Undelivered(parts.send);
    this.#work = new WorkQueue((error) => {
      parts.logger.error({ err: error, meshInstance: parts.id }, "what was decided could not be written; tried again");
    });
  }

  get parts(): Pick<MeshInstanceParts, "id" | "zoneName" | "zoneId" | "servers" | "bounds" | "schemaHash"> {
    return this.#parts;
  }

  get members(): readonly MeshMember[] {
    return [...this.#members.values()].sort((a, b) => a.zoneInstanceId - b.zoneInstanceId);
  }

  has(zoneInstanceId: number): boolean {
    return this.#members.has(zoneInstanceId);
  }

  get term(): number {
    return this.#ownership.term;
  }

  /** Whether the entities of a dead server are still being given to others. */
  get isSettling(): boolean {
    return this.#ownership.isSettling;
  }

  /** `undefined` until all servers are in. */
  get ground(): Ground | undefined {
    return this.#partition && { bounds: this.#parts.bounds, partition: this.#partition };
  }

  /** Resolves once no entity of a dead server waits for its new owner, and its ground is given away. */
  async settled(): Promise<void> {
    while (this.isSettling && this.#members.size > 0) {
      await new Promise<void>((resolve) => this.#whenSettled.push(resolve));
    }
    await this.#work.drained();
  }

  /** A server is up and says where it is reached; once all are in, the ground is divided. Saying it again changes that. */
  join(member: MeshMember): void {
    this.#members.set(member.zoneInstanceId, member);
    if (this.#partition !== undefined) {
      this.#announceToAll();
    } else if (this.#members.size === this.#parts.servers && !this.#isForming) {
      this.#isForming = true;
      this.#work.add(() => this.#form());
    }
  }

  /** Its control link stands, maybe again: it hears all that it may have missed. */
  linked(zoneInstanceId: number): void {
    this.#copies.forget(zoneInstanceId);
    if (!this.has(zoneInstanceId) || this.#partition === undefined) return;
    const missed = this.#ownership.step({ kind: "server-up", server: zoneInstanceId });
    this.#work.add(async () => this.#undelivered.flush(zoneInstanceId));
    this.#carryOut(missed);
    this.#work.add(async () => this.#announce(zoneInstanceId));
  }

  /** Answers what the join rules are to hear instead of what the message means outside of a mesh; `undefined`: the same. */
  received(zoneInstanceId: number, body: LinkBody): readonly JoinEvent[] | undefined {
    if (!this.has(zoneInstanceId)) return undefined;
    switch (body.$case) {
      case "playerPresence": {
        const { characterName, present } = body.value;
        return present
          ? this.presence.present(zoneInstanceId, characterName)
          : this.presence.absent(zoneInstanceId, characterName);
      }
      case "evicted":
        return this.presence.evicted(zoneInstanceId, body.value.characterName, body.value.wasHere);
      case "handoffReports":
        this.history.add(body.value.reports);
        return [];
      default: {
        const whole = body.$case === "copies" ? this.#copies.add(zoneInstanceId, body) : body;
        if (whole === undefined) return [];
        const event = ownershipEventFromWire(zoneInstanceId, whole);
        if (event === undefined) return undefined;
        if (event.ok) this.#step(event.value);
        else this.#parts.logger.warn({ zoneInstanceId, reason: event.reason }, "a control message was dropped");
        return [];
      }
    }
  }

  /** The process of a server is proven gone. Answers whether any is left. */
  gone(zoneInstanceId: number): boolean {
    if (!this.#members.delete(zoneInstanceId)) return this.#members.size > 0;
    if (this.#partition !== undefined) this.losses.lost(zoneInstanceId, this.presence.countOn(zoneInstanceId));
    this.presence.forget(zoneInstanceId);
    this.#undelivered.forget(zoneInstanceId);
    this.#copies.forget(zoneInstanceId);
    if (this.#members.size > 0 && this.#partition !== undefined) {
      this.#step({ kind: "proof-of-death", server: zoneInstanceId });
    }
    return this.#members.size > 0;
  }

  /** It is no more: nothing further is told, and what was written of it goes. */
  end(): Promise<void> {
    const { store, customerGuid, id } = this.#parts;
    this[Symbol.dispose]();
    return store.forgetMeshes(customerGuid, id);
  }

  /** This process stops; what was written stays. */
  [Symbol.dispose](): void {
    this.#work[Symbol.dispose]();
    this.#release();
  }

  async #form(): Promise<void> {
    const { store, customerGuid, id, bounds, servers, logger } = this.#parts;
    const ids = this.members.map((member) => member.zoneInstanceId);
    // One was lost meanwhile: without all of them this mesh instance does not begin, and the others are ended.
    if (ids.length !== servers) return;
    const term = await store.nextTerm(customerGuid, id, 0);
    if (term.term !== this.#ownership.term) throw new Error(`term ${term.term}, expected ${this.#ownership.term}`);
    const partition = staticPartition(bounds, ids);
    await store.saveAssignments(customerGuid, id, partitionToWire(partition));
    if (this.members.length !== servers) return;
    this.#partition = partition;
    for (const server of ids) this.#carryOut(this.#ownership.step({ kind: "server-up", server }));
    logger.info({ meshInstance: id, servers: ids, cells: partition.cells.size }, "ground divided");
    this.#parts.onGround();
    this.#announceToAll();
  }

  #step(event: CoordinatorEvent): void {
    this.#carryOut(this.#ownership.step(event));
    if (!this.isSettling) this.#release();
  }

  #release(): void {
    for (const resolve of this.#whenSettled.splice(0)) resolve();
  }

  #carryOut(effects: readonly CoordinatorEffect[]): void {
    for (const effect of effects) this.#work.add(() => this.#do(effect));
  }

  async #do(effect: CoordinatorEffect): Promise<void> {
    const { store, customerGuid, id, logger } = this.#parts;
    switch (effect.kind) {
      case "order":
        this.losses.ordered(effect.to, effect.order);
        if (this.has(effect.to)) this.#undelivered.send(effect.to, orderToWire(effect.order));
        return;
      case "persist-fence": {
        const { term } = await store.nextTerm(customerGuid, id, effect.term - 1);
        // More than this means that somebody else decides here; less, that the store forgot.
        if (term !== effect.term) throw new Error(`term ${term} in the store, expected ${effect.term}`);
        logger.info({ meshInstance: id, term, dead: effect.dead }, "fence written");
        return;
      }
      case "persist-void":
        await store.saveVoid(customerGuid, id, { entityId: effect.entity, epoch: effect.epoch });
        return;
      case "settled":
        await this.#giveAway(effect.dead);
        return;
    }
  }

  /** The ground of a dead server goes to its neighbours. */
  async #giveAway(dead: number): Promise<void> {
    const { store, customerGuid, id, bounds, logger } = this.#parts;
    const before = this.#partition;
    const next = before && withoutServer(bounds, before, dead);
    if (before === undefined || next === undefined || next === before) return;
    await store.saveAssignments(customerGuid, id, partitionToWire(next));
    this.#partition = next;
    this.losses.groundGiven(dead, bounds, before, next);
    logger.info({ meshInstance: id, dead, version: next.version }, "ground of a dead server given away");
    this.#parts.onGround();
    this.#announceToAll();
  }

  #announceToAll(): void {
    for (const zoneInstanceId of this.#members.keys()) this.#announce(zoneInstanceId);
  }

  /** Without a link it hears of it when it has one. */
  #announce(zoneInstanceId: number): void {
    if (this.#partition === undefined || !this.has(zoneInstanceId)) return;
    const { version, cells } = partitionToWire(this.#partition);
    const value: PartitionUpdate = { version, cells: [...cells], peers: this.peersOf(zoneInstanceId) };
    this.#parts.send(zoneInstanceId, { $case: "partitionUpdate", value });
  }

  /** The others, and where they are reached. */
  peersOf(zoneInstanceId: number): (Peer & MeshMember)[] {
    return this.members.filter((member) => member.zoneInstanceId !== zoneInstanceId);
  }
}

/** An endpoint as the OWS side writes it. */
export function addressOf({ ip, port }: Endpoint): string {
  return `${ip}:${port}`;
}
