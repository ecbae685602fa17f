import type { Prng } from "@ows/base";
import { type CoordinatorEffect, type CoordinatorEvent, OwnershipCoordinator } from "@ows/mesh";
import { bentDecision } from "./bugs.ts";
import { COORDINATOR, type SimMessage } from "./messages.ts";
import type { SimNode } from "./network.ts";
import { SimProcess } from "./sim-node.ts";
import type { World } from "./world.ts";

/** The real coordinator of ownership, and beside it the ground: who has which cell. */
export class SimCoordinator extends SimProcess implements SimNode {
  readonly ownership: OwnershipCoordinator;
  readonly #world: World;
  readonly #prng: Prng;
  readonly #onSettled: (dead: number) => void;
  #version = 0;
  #owners: number[] = [];

  constructor(world: World, prng: Prng, onSettled: (dead: number) => void) {
    super(COORDINATOR, world.scheduler);
    this.ownership = new OwnershipCoordinator(1, bentDecision(world.bug));
    this.#world = world;
    this.#prng = prng;
    this.#onSettled = onSettled;
  }

  get owners(): readonly number[] {
    return this.#owners;
  }

  get version(): number {
    return this.#version;
  }

  /** Announces a new partition. */
  assign(owners: readonly number[]): void {
    this.#owners = [...owners];
    this.#version++;
    for (const server of this.ownership.alive) this.#announce(server);
  }

  proofOfDeath(server: number): void {
    this.#step({ kind: "proof-of-death", server });
  }

  receive(from: number, message: SimMessage): void {
    if (message.kind === "hello") {
      this.#step({ kind: "server-up", server: from });
      this.#announce(from);
    } else if (message.kind === "event") {
      this.#step(message.event);
      if (message.event.kind === "copies" && this.#world.bug === "first-answer") this.#answerForAll(message.event.term);
    }
    if (!this.ownership.isSettling) this.#giveAwayOrphaned();
  }

  linkUp(): void {}

  linkDown(): void {}

  #step(event: CoordinatorEvent): void {
    this.#world.trace?.(() => `coordinator: ${JSON.stringify(event)}`);
    for (const effect of this.ownership.step(event)) this.#carryOut(effect);
  }

  #carryOut(effect: CoordinatorEffect): void {
    switch (effect.kind) {
      case "order": {
        const { to, order } = effect;
        this.#world.trace?.(() => `coordinator: to ${to} ${JSON.stringify(order)}`);
        this.#world.network.send(COORDINATOR, to, { kind: "order", order });
        if (order.kind === "promote" && this.#world.bug === "early-supersede") {
          const { root, role, term } = order;
          this.#step({ kind: "settled", from: to, order: "promote", root, role, term });
        }
        return;
      }
      case "settled":
        this.#onSettled(effect.dead);
        this.#giveAway(effect.dead);
        return;
      case "persist-fence":
      case "persist-void":
        return;
    }
  }

  #giveAway(dead: number): void {
    const alive = [...this.ownership.alive];
    if (alive.length === 0 || !this.#owners.includes(dead)) return;
    this.assign(this.#owners.map((owner) => (owner === dead ? this.#prng.pick(alive) : owner)));
  }

  /** Ground whose owner died when nobody was left to take it. */
  #giveAwayOrphaned(): void {
    for (const owner of new Set(this.#owners)) if (!this.ownership.alive.has(owner)) this.#giveAway(owner);
  }

  #announce(server: number): void {
    this.#world.network.send(COORDINATOR, server, { kind: "partition", version: this.#version, owners: this.#owners });
  }

  #answerForAll(term: number): void {
    for (const from of [...this.ownership.alive]) this.#step({ kind: "copies", from, term, copies: [] });
  }
}
