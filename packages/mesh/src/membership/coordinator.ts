import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import type { Role, UnitCopy } from "../handoff/copies.ts";
import type { Member, ServerId } from "../handoff/messages.ts";
import { type Decision, decideUnits } from "./decide.ts";

/** What the coordinator says to zone servers about ownership. Every order carries the term it was given in. */
export type OwnershipOrder =
  /** Nobody listens to these any more; answered with `copies`. Names all the dead, so that one answer covers all. */
  | { readonly kind: "fence"; readonly dead: readonly ServerId[]; readonly term: number }
  /** Answered with `settled` whether it changed something or not. */
  | {
      readonly kind: "promote" | "supersede";
      readonly root: EntityId;
      readonly role: Role;
      readonly members: readonly Member[];
      readonly term: number;
    }
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
  /** Its control link is up: for the first time or again. */
  | { readonly kind: "server-up"; readonly server: ServerId }
  /** It gave everything away and ended. */
  | { readonly kind: "server-left"; readonly server: ServerId }
  | { readonly kind: "proof-of-death"; readonly server: ServerId }
  | { readonly kind: "copies"; readonly from: ServerId; readonly term: number; readonly copies: readonly UnitCopy[] }
  | {
      readonly kind: "settled";
      readonly from: ServerId;
      readonly order: "promote" | "supersede";
      readonly root: EntityId;
      readonly role: Role;
      readonly term: number;
    }
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
    };

export type CoordinatorEffect =
  | { readonly kind: "order"; readonly to: ServerId; readonly order: OwnershipOrder }
  /** To be written before the effects after it are carried out. */
  | { readonly kind: "persist-fence"; readonly term: number; readonly dead: readonly ServerId[] }
  | { readonly kind: "persist-void"; readonly entity: EntityId; readonly epoch: Epoch }
  /** All that stood between this server and others is settled: its ground may be given away. */
  | { readonly kind: "settled"; readonly dead: ServerId; readonly term: number };

type Round = {
  readonly term: number;
  readonly copies: Map<ServerId, readonly UnitCopy[]>;
  readonly servers: ReadonlySet<ServerId>;
  readonly awaiting: Set<ServerId>;
  /** Promotions that are not confirmed, then what may be dropped: by `taskKey`. */
  readonly promoting: Map<string, Decision>;
  readonly superseding: Map<string, Decision>;
  phase: "collecting" | "promoting" | "superseding";
};

type Question = {
  readonly from: ServerId;
  readonly to: ServerId;
  readonly entity: EntityId;
  readonly epoch: Epoch;
};

/**
 * Who owns what after a death, and what became of commits in doubt, for one mesh instance. Mutable and deterministic,
 * without I/O. Deaths are settled in rounds, one at a time, each at its own term: fence everywhere, collect the copies
 * of every survivor, promote, and only when all promotions are confirmed let the other copies go. A death in the
 * middle begins a new round over all that is not settled; what the old one had promoted already answers as an owner.
 */
export class OwnershipCoordinator {
  readonly #alive = new Set<ServerId>();
  readonly #dead = new Set<ServerId>();
  readonly #unsettled = new Set<ServerId>();
  /** One question for each commit, whoever asks how often; at most one for each unit in flight. */
  readonly #questions = new Map<string, Question>();
  #round: Round | undefined;
  #term: number;

  readonly #decide: typeof decideUnits;

  /** @param decide may be bent from outside: the simulator plants bugs here. */
  constructor(term = 1, decide = decideUnits) {
    this.#term = term;
    this.#decide = decide;
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

  get questionCount(): number {
    return this.#questions.size;
  }

  step(event: CoordinatorEvent): CoordinatorEffect[] {
    switch (event.kind) {
      case "server-up":
        return this.#up(event.server);
      case "server-left":
      case "proof-of-death":
        return this.#death(event.server);
      case "copies":
        return this.#collect(event.from, event.term, event.copies);
      case "settled":
        return this.#settled(event);
      case "resolve":
        return this.#resolve(event);
      case "asked":
        return this.#answered(event);
    }
  }

  /** It hears who must not be listened to, and again all that it did not answer. */
  #up(server: ServerId): CoordinatorEffect[] {
    if (this.#dead.has(server)) return [];
    this.#alive.add(server);
    const round = this.#round;
    const effects: CoordinatorEffect[] = [];
    // Answers given long before this one would not show what moved meanwhile: all answer again.
    if (round?.phase === "collecting" && round.awaiting.has(server)) effects.push(...this.#beginRound());
    else if (this.#dead.size > 0) effects.push(this.#fenceOrder(server));
    for (const task of this.#tasks(this.#round)) {
      if (task.holder === server) effects.push(this.#taskOrder(task));
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
    this.#unsettled.add(server);
    // Questions to the dead are answered by the round; questions of the dead by nobody.
    for (const [key, { from, to }] of this.#questions) {
      if (from === server || to === server) this.#questions.delete(key);
    }
    return this.#beginRound();
  }

  #beginRound(): CoordinatorEffect[] {
    this.#term++;
    const round: Round = {
      term: this.#term,
      copies: new Map(),
      servers: new Set(this.#alive),
      awaiting: new Set(this.#alive),
      promoting: new Map(),
      superseding: new Map(),
      phase: "collecting",
    };
    this.#round = round;
    return [
      { kind: "persist-fence", term: round.term, dead: [...this.#dead] },
      ...[...this.#alive].map((server) => this.#fenceOrder(server)),
      ...this.#decideIfComplete(round),
    ];
  }

  #collect(from: ServerId, term: number, copies: readonly UnitCopy[]): CoordinatorEffect[] {
    const round = this.#round;
    if (term !== this.#term) return [];
    if (round?.awaiting.delete(from)) {
      round.copies.set(from, copies);
      return this.#decideIfComplete(round);
    }
    // It was not there when the others were asked, and has something that only a round can decide on.
    const isLeftOver = copies.some(({ peer }) => peer !== undefined && this.#dead.has(peer));
    return isLeftOver && !round?.servers.has(from) ? this.#beginRound() : [];
  }

  #decideIfComplete(round: Round): CoordinatorEffect[] {
    if (round.phase !== "collecting" || round.awaiting.size > 0) return [];
    const held = [...round.copies].flatMap(([holder, copies]) => copies.map((copy) => ({ ...copy, holder })));
    for (const decision of this.#decide(held, this.#dead)) {
      (decision.kind === "promote" ? round.promoting : round.superseding).set(taskKey(decision), decision);
    }
    round.copies.clear();
    round.phase = "promoting";
    return [...[...round.promoting.values()].map((task) => this.#taskOrder(task)), ...this.#advance(round)];
  }

  #settled(event: Extract<CoordinatorEvent, { kind: "settled" }>): CoordinatorEffect[] {
    const round = this.#round;
    if (round === undefined || round.term !== event.term) return [];
    const tasks = event.order === "promote" ? round.promoting : round.superseding;
    return tasks.delete(taskKey({ ...event, holder: event.from })) ? this.#advance(round) : [];
  }

  /** A copy is let go only when every copy that is better is certain to be owned. */
  #advance(round: Round): CoordinatorEffect[] {
    const effects: CoordinatorEffect[] = [];
    if (round.phase === "promoting" && round.promoting.size === 0) {
      round.phase = "superseding";
      for (const task of round.superseding.values()) effects.push(this.#taskOrder(task));
    }
    if (round.phase !== "superseding" || round.superseding.size > 0) return effects;
    this.#round = undefined;
    for (const dead of this.#unsettled) effects.push({ kind: "settled", dead, term: round.term });
    this.#unsettled.clear();
    return effects;
  }

  #tasks(round: Round | undefined): Decision[] {
    if (round?.phase === "promoting") return [...round.promoting.values()];
    return round?.phase === "superseding" ? [...round.superseding.values()] : [];
  }

  #fenceOrder(to: ServerId): CoordinatorEffect {
    return this.#order(to, { kind: "fence", dead: [...this.#dead], term: this.#term });
  }

  #taskOrder({ kind, holder, root, role, members }: Decision): CoordinatorEffect {
    return this.#order(holder, { kind, root, role, members, term: this.#term });
  }

  #resolve({ from, to, entity, epoch }: Question): CoordinatorEffect[] {
    // About the dead the fence speaks: the asker's copies are on the way to a decision.
    if (this.#dead.has(to) || this.#dead.has(from)) return [];
    const question = { from, to, entity, epoch };
    this.#questions.set(`${from}/${entity}/${epoch.term}.${epoch.count}`, question);
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

  #ask({ to, entity, epoch }: Question): CoordinatorEffect {
    return this.#order(to, { kind: "ask", entity, epoch, term: this.#term });
  }

  #order(to: ServerId, order: OwnershipOrder): CoordinatorEffect {
    return { kind: "order", to, order };
  }
}

function taskKey({
  holder,
  role,
  root,
}: {
  readonly holder: ServerId;
  readonly role: Role;
  readonly root: EntityId;
}): string {
  return `${holder}/${role}/${root}`;
}
