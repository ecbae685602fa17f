import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import type { UnitCopy } from "../handoff/copies.ts";
import type { ServerId } from "../handoff/messages.ts";
import { type Decision, decideUnits } from "./decide.ts";

/** What the coordinator says to zone servers about ownership. Every answer carries the term it was given in. */
export type OwnershipOrder =
  | { readonly kind: "fence"; readonly dead: ServerId; readonly term: number }
  | { readonly kind: "promote"; readonly root: EntityId; readonly epoch: Epoch; readonly term: number }
  | { readonly kind: "supersede"; readonly root: EntityId; readonly term: number }
  /** What became of the commit that gave `entity` to this server at `epoch`? */
  | { readonly kind: "ask"; readonly entity: EntityId; readonly epoch: Epoch; readonly term: number }
  | {
      readonly kind: "resolved";
      readonly entity: EntityId;
      readonly epoch: Epoch;
      readonly isTaken: boolean;
      readonly term: number;
    };

export type CoordinatorEvent =
  | { readonly kind: "server-up"; readonly server: ServerId }
  | { readonly kind: "server-left"; readonly server: ServerId }
  | { readonly kind: "proof-of-death"; readonly server: ServerId }
  | { readonly kind: "copies"; readonly from: ServerId; readonly term: number; readonly copies: readonly UnitCopy[] }
  | { readonly kind: "promoted"; readonly from: ServerId; readonly root: EntityId; readonly term: number }
  | {
      readonly kind: "resolve";
      readonly from: ServerId;
      readonly entity: EntityId;
      readonly epoch: Epoch;
      readonly to: ServerId;
    }
  | {
      readonly kind: "asked";
      readonly from: ServerId;
      readonly entity: EntityId;
      readonly epoch: Epoch;
      readonly isTaken: boolean;
      readonly term: number;
    };

export type CoordinatorEffect =
  | { readonly kind: "order"; readonly to: ServerId; readonly order: OwnershipOrder }
  /** To be written before the effects after it are carried out. */
  | { readonly kind: "persist-fence"; readonly term: number; readonly dead: readonly ServerId[] }
  | { readonly kind: "persist-void"; readonly entity: EntityId; readonly epoch: Epoch }
  /** All that stood between this server and others is settled: its ground may be given away. */
  | { readonly kind: "settled"; readonly dead: ServerId; readonly term: number };

type Promotion = { readonly holder: ServerId; readonly epoch: Epoch; readonly then: readonly Decision[] };

type Round = {
  readonly dead: ServerId;
  readonly term: number;
  readonly copies: Map<ServerId, readonly UnitCopy[]>;
  readonly awaiting: Set<ServerId>;
  /** Promotions that were ordered and not confirmed, by root; what they supersede is ordered after them. */
  readonly promoting: Map<EntityId, Promotion>;
  phase: "collecting" | "promoting";
};

/**
 * Who owns what after a death, and what became of commits in doubt, for one mesh instance. Mutable and deterministic,
 * without I/O. Deaths are settled one after another: a promotion is decided only when every survivor has answered.
 */
export class OwnershipCoordinator {
  readonly #alive = new Set<ServerId>();
  readonly #dead = new Set<ServerId>();
  readonly #waitingDeaths: ServerId[] = [];
  /** Questions that were asked on: one question for each commit, whoever asks how often. */
  readonly #questions = new Map<
    string,
    { readonly from: ServerId; readonly to: ServerId; readonly entity: EntityId; readonly epoch: Epoch }
  >();
  #round: Round | undefined;
  #term: number;

  constructor(term = 1) {
    this.#term = term;
  }

  get term(): number {
    return this.#term;
  }

  get alive(): ReadonlySet<ServerId> {
    return this.#alive;
  }

  get isSettling(): boolean {
    return this.#round !== undefined;
  }

  step(event: CoordinatorEvent): CoordinatorEffect[] {
    switch (event.kind) {
      case "server-up":
        this.#alive.add(event.server);
        // It hears at once who must not be listened to.
        return [...this.#dead].map((dead) => this.#order(event.server, { kind: "fence", dead, term: this.#term }));
      case "server-left":
        this.#alive.delete(event.server);
        return this.#withoutAnswerOf(event.server);
      case "proof-of-death":
        return this.#death(event.server);
      case "copies":
        return this.#collect(event.from, event.term, event.copies);
      case "promoted":
        return this.#promoted(event.from, event.root, event.term);
      case "resolve":
        return this.#resolve(event);
      case "asked":
        return this.#answered(event);
    }
  }

  /** Says again what was not answered: after a link to a server came back. */
  repeatFor(server: ServerId): CoordinatorEffect[] {
    const effects: CoordinatorEffect[] = [];
    const round = this.#round;
    if (round?.awaiting.has(server)) {
      effects.push(this.#order(server, { kind: "fence", dead: round.dead, term: round.term }));
    }
    for (const [root, promotion] of round?.promoting ?? []) {
      if (promotion.holder === server) effects.push(this.#promoteOrder(root, promotion));
    }
    for (const question of this.#questions.values()) {
      if (question.to === server) effects.push(this.#ask(question));
    }
    return effects;
  }

  #death(server: ServerId): CoordinatorEffect[] {
    if (this.#dead.has(server)) return [];
    this.#alive.delete(server);
    this.#dead.add(server);
    this.#waitingDeaths.push(server);
    // Questions to the dead are answered by the round; questions of the dead by nobody.
    for (const [key, { from, to }] of this.#questions) {
      if (from === server || to === server) this.#questions.delete(key);
    }
    return [...this.#withoutAnswerOf(server), ...this.#nextRound()];
  }

  #nextRound(): CoordinatorEffect[] {
    if (this.#round !== undefined) return [];
    const dead = this.#waitingDeaths.shift();
    if (dead === undefined) return [];
    this.#term++;
    const round: Round = {
      dead,
      term: this.#term,
      copies: new Map(),
      awaiting: new Set(this.#alive),
      promoting: new Map(),
      phase: "collecting",
    };
    this.#round = round;
    const orders = [...this.#alive].map((server) => this.#order(server, { kind: "fence", dead, term: round.term }));
    return [
      { kind: "persist-fence", term: round.term, dead: [...this.#dead] },
      ...orders,
      ...this.#decideIfComplete(round),
    ];
  }

  #collect(from: ServerId, term: number, copies: readonly UnitCopy[]): CoordinatorEffect[] {
    const round = this.#round;
    if (round === undefined || round.term !== term || !round.awaiting.delete(from)) return [];
    round.copies.set(from, copies);
    return this.#decideIfComplete(round);
  }

  #withoutAnswerOf(server: ServerId): CoordinatorEffect[] {
    const round = this.#round;
    if (round === undefined) return [];
    round.awaiting.delete(server);
    round.copies.delete(server);
    if (round.phase === "collecting") return this.#decideIfComplete(round);
    // Who was to be promoted died on the way: its own round will find the next best copy, which was not superseded yet.
    for (const [root, { holder }] of round.promoting) if (holder === server) round.promoting.delete(root);
    return this.#endIfSettled(round);
  }

  #decideIfComplete(round: Round): CoordinatorEffect[] {
    if (round.phase !== "collecting" || round.awaiting.size > 0) return [];
    round.phase = "promoting";
    const held = [...round.copies].flatMap(([holder, copies]) => copies.map((copy) => ({ ...copy, holder })));
    const decisions = decideUnits(held, this.#dead);
    for (const decision of decisions) {
      if (decision.kind !== "promote") continue;
      const then = decisions.filter((other) => other.kind === "supersede" && other.root === decision.root);
      round.promoting.set(decision.root, { holder: decision.holder, epoch: decision.epoch, then });
    }
    const effects = [...round.promoting].map(([root, promotion]) => this.#promoteOrder(root, promotion));
    for (const decision of decisions) {
      const isForLater = decision.kind === "promote" || round.promoting.has(decision.root);
      if (!isForLater) effects.push(this.#supersedeOrder(decision, round.term));
    }
    return [...effects, ...this.#endIfSettled(round)];
  }

  #promoteOrder(root: EntityId, { holder, epoch }: Promotion): CoordinatorEffect {
    return this.#order(holder, { kind: "promote", root, epoch, term: this.#term });
  }

  #supersedeOrder(decision: Decision, term: number): CoordinatorEffect {
    return this.#order(decision.holder, { kind: "supersede", root: decision.root, term });
  }

  #promoted(from: ServerId, root: EntityId, term: number): CoordinatorEffect[] {
    const round = this.#round;
    const promoting = round?.promoting.get(root);
    if (round === undefined || round.term !== term || promoting?.holder !== from) return [];
    round.promoting.delete(root);
    return [...promoting.then.map((decision) => this.#supersedeOrder(decision, term)), ...this.#endIfSettled(round)];
  }

  #endIfSettled(round: Round): CoordinatorEffect[] {
    if (round.phase !== "promoting" || round.promoting.size > 0) return [];
    this.#round = undefined;
    return [{ kind: "settled", dead: round.dead, term: round.term }, ...this.#nextRound()];
  }

  #resolve(event: Extract<CoordinatorEvent, { kind: "resolve" }>): CoordinatorEffect[] {
    const { from, to, entity, epoch } = event;
    // About the dead the fence speaks: the asker's copies are on the way to a decision.
    if (this.#dead.has(to) || this.#dead.has(from)) return [];
    const question = { from, to, entity, epoch };
    this.#questions.set(keyOf(from, entity, epoch), question);
    return [this.#ask(question)];
  }

  #answered(event: Extract<CoordinatorEvent, { kind: "asked" }>): CoordinatorEffect[] {
    const effects: CoordinatorEffect[] = [];
    for (const [key, question] of this.#questions) {
      const { from, to, entity, epoch } = question;
      if (to !== event.from || entity !== event.entity || compareEpochs(epoch, event.epoch) !== 0) continue;
      this.#questions.delete(key);
      const { isTaken } = event;
      if (!isTaken) effects.push({ kind: "persist-void", entity, epoch });
      effects.push(this.#order(from, { kind: "resolved", entity, epoch, isTaken, term: this.#term }));
    }
    return effects;
  }

  #ask(question: { readonly to: ServerId; readonly entity: EntityId; readonly epoch: Epoch }): CoordinatorEffect {
    const { to, entity, epoch } = question;
    return this.#order(to, { kind: "ask", entity, epoch, term: this.#term });
  }

  #order(to: ServerId, order: OwnershipOrder): CoordinatorEffect {
    return { kind: "order", to, order };
  }
}

function keyOf(from: ServerId, entity: EntityId, epoch: Epoch): string {
  return `${from}/${entity}/${epoch.term}.${epoch.count}`;
}
