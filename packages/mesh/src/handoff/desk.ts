import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import { type CopyOrder, ownedCopies, type Role, stagedCopies, type UnitCopy } from "./copies.ts";
import type { DeskEffect } from "./desk-effect.ts";
import type { DeskOptions, LeavingUnit } from "./desk-options.ts";
import {
  type EarlyEvent,
  type EarlyPrepare,
  judgeGround,
  MAX_EARLY_PREPARES,
  stepEarlyPrepare,
  waitForPartition,
} from "./early-prepare.ts";
import { Endings } from "./endings.ts";
import type { GhostEvent } from "./ghost-copy.ts";
import { HeldGhosts } from "./held-ghosts.ts";
import { EpochMemory } from "./memory.ts";
import { type HandoffMessage, type Member, nextEpoch, type RefuseReason, type ServerId } from "./messages.ts";
import {
  beginHandoff,
  defaultSourceRules,
  type SourceEffect,
  type SourceEvent,
  type SourceRules,
  type SourceState,
  type SourceStep,
  type StayReason,
  sourceDeadlineMs,
  stepSource,
  tellingDue,
} from "./source.ts";
import { Sources } from "./sources.ts";
import {
  defaultTargetRules,
  notTaken,
  refuse,
  reserve,
  stepTarget,
  type TargetEffect,
  type TargetEvent,
  type TargetRules,
  type TargetState,
  type TargetStep,
  targetDeadlineMs,
} from "./target.ts";

type Prepare<S> = Extract<HandoffMessage<S>, { kind: "prepare" }>;

/**
 * All handoffs of one server, both ways: who is owned here at which epoch, what is being given away, what is to come.
 * Drives the machines of `source.ts` and `target.ts`; deterministic, without I/O. Time is an argument.
 */
export class HandoffDesk<S> {
  readonly #options: DeskOptions<S>;
  readonly #sourceRules: SourceRules;
  readonly #targetRules: TargetRules;
  readonly #owned = new Map<EntityId, Epoch>();
  readonly #sources = new Sources<S>();
  readonly #targets = new Map<EntityId, TargetState<S>>();
  readonly #early = new Map<EntityId, EarlyPrepare<S>>();
  /** Of players whose owner is dead, until it is decided who has the best of them. */
  readonly #ghosts: HeldGhosts<S>;
  readonly #memory: EpochMemory;
  readonly #endings: Endings;
  readonly #stepSource: typeof stepSource<S>;
  readonly #stepTarget: typeof stepTarget<S>;
  readonly #stepEarly: typeof stepEarlyPrepare<S>;
  readonly #fenced = new Set<ServerId>();
  /** Of the last fence. Orders of an earlier term were decided on copies that were reported before it. */
  #term = 0;

  constructor(options: DeskOptions<S>) {
    this.#options = options;
    this.#sourceRules = options.source ?? defaultSourceRules;
    this.#targetRules = options.target ?? defaultTargetRules;
    this.#memory = options.parts?.memory ?? new EpochMemory();
    this.#endings = new Endings(this.#memory, (server) => this.#fenced.has(server));
    this.#stepSource = options.parts?.stepSource ?? stepSource;
    this.#stepTarget = options.parts?.stepTarget ?? stepTarget;
    this.#stepEarly = options.parts?.stepEarlyPrepare ?? stepEarlyPrepare;
    this.#ghosts = new HeldGhosts(options.parts);
  }

  /** The epoch at which an entity is owned here, or `undefined`. */
  epochOf(entity: EntityId): Epoch | undefined {
    return this.#owned.get(entity);
  }

  get ownedCount(): number {
    return this.#owned.size;
  }

  sourceOf(root: EntityId): SourceState<S> | undefined {
    return this.#sources.get(root);
  }

  targetOf(root: EntityId): TargetState<S> | undefined {
    return this.#targets.get(root);
  }

  /** Handoffs that are not over, both ways, routes and ghosts in doubt included. */
  get openCount(): number {
    return this.#sources.size + this.#targets.size + this.#early.size + this.#ghosts.size;
  }

  isFenced(server: ServerId): boolean {
    return this.#fenced.has(server);
  }

  /** Where inputs and calls for an entity that left are forwarded. */
  routeOf(entity: EntityId): ServerId | undefined {
    if (this.#owned.has(entity)) return undefined;
    const source = this.#sources.get(this.#sources.rootOf(entity));
    return source?.phase === "released" || source?.phase === "confirmed" ? source.to : undefined;
  }

  /** An entity begins to live here: spawned, or admitted with a claim. */
  adopt(entity: EntityId, epoch: Epoch, nowMs: number): void {
    this.#owned.set(entity, epoch);
    this.#over(entity, epoch, nowMs);
    this.#sources.unlink(entity);
    this.#memory.accept(entity, epoch, nowMs);
    this.#ghosts.step(entity, { kind: "came" });
  }

  /**
   * An entity ends: it left the world. What is being given away of it is called off, and who may have it in escrow
   * hears of it.
   */
  remove(entity: EntityId, nowMs: number): DeskEffect<S>[] {
    const effects = this.#sources.isLeaving(entity)
      ? this.#source(this.#sources.rootOf(entity), { kind: "stay", reason: "regrouped" }, nowMs)
      : [];
    const epoch = this.#owned.get(entity);
    this.#owned.delete(entity);
    return epoch === undefined ? effects : [...effects, ...this.#endings.here(entity, epoch, nowMs)];
  }

  /** Asks `to` to prepare for a unit that stands or will stand on its ground. A unit that is leaving already is not asked for twice. */
  begin(unit: LeavingUnit, to: ServerId, nowMs: number): DeskEffect<S>[] {
    const root = unit.members[0];
    if (root === undefined || !this.#sources.makeWay(root)) return [];
    if (unit.members.some((entity) => this.#sources.isLeaving(entity))) return [];
    if (this.#fenced.has(to)) return [{ kind: "stayed", root, to, reason: "target-down" }];
    const members: Member[] = [];
    for (const entity of unit.members) {
      const epoch = this.#owned.get(entity);
      if (epoch === undefined) return [];
      members.push({ entity, epoch });
    }
    const { classes, character, at, partitionVersion } = unit;
    const prepare = { kind: "prepare", root, members, classes, character, at, partitionVersion } as const;
    const step = beginHandoff<S>(prepare, to, { nowMs, rules: this.#sourceRules });
    return this.#applySource(root, to, step, nowMs);
  }

  /** The unit stays after all. */
  stay(root: EntityId, reason: StayReason, nowMs: number): DeskEffect<S>[] {
    return this.#source(root, { kind: "stay", reason }, nowMs);
  }

  clientIsWarm(root: EntityId, nowMs: number): DeskEffect<S>[] {
    return this.#source(root, { kind: "client-warm" }, nowMs);
  }

  /**
   * What the unit's telling at the end of this tick is to be, if there is one: `mayLeave` when it stands far enough on
   * the target's ground. `undefined`: nothing is told now.
   */
  tellingDue(root: EntityId, mayLeave: boolean, nowMs: number): "state" | "delta" | "leave" | undefined {
    const state = this.#sources.get(root);
    return state?.phase === "ready" ? tellingDue(state, mayLeave, { nowMs, rules: this.#sourceRules }) : undefined;
  }

  /** Tells the target: whole states for `state` and `leave`, what has changed since the last time for `delta`. */
  endOfTick(root: EntityId, kind: "state" | "delta" | "leave", told: readonly S[], nowMs: number): DeskEffect<S>[] {
    return this.#source(root, kind === "delta" ? { kind, deltas: told } : { kind, states: told }, nowMs);
  }

  /** A message from another server. One that is fenced is not listened to. */
  receive(from: ServerId, message: HandoffMessage<S>, nowMs: number): DeskEffect<S>[] {
    if (this.#fenced.has(from)) return [];
    const { root } = message;
    switch (message.kind) {
      case "prepare":
        return this.#prepare(from, message, nowMs);
      case "state":
      case "delta": {
        const { kind, sequence, members } = message;
        return this.#targetFrom(from, root, { kind, sequence, members }, nowMs);
      }
      case "abort": {
        const event = { kind: "abort", epoch: message.epoch } as const;
        if (this.#early.get(root)?.from === from) this.#stepEarlyOf(root, event, nowMs);
        return this.#targetFrom(from, root, event, nowMs);
      }
      case "commit":
        return this.#commit(from, message, nowMs);
      case "ready":
        return this.#sourceTo(from, root, { kind: "ready", epoch: message.epoch, token: message.token }, nowMs);
      case "refuse":
        return this.#sourceTo(from, root, { kind: "refused", epoch: message.epoch, reason: message.reason }, nowMs);
      case "complete":
      case "not-taken":
      case "durable":
        return this.#sourceTo(from, root, { kind: message.kind, epoch: message.epoch }, nowMs);
      case "ended":
        return this.#ended(root, message.epoch, nowMs);
    }
  }

  linkUp(peer: ServerId, nowMs: number): DeskEffect<S>[] {
    return [...this.#eachSourceTo(peer, { kind: "target-up" }, nowMs), ...this.#endings.again(peer)];
  }

  linkDown(peer: ServerId, nowMs: number): DeskEffect<S>[] {
    return this.#eachSourceTo(peer, { kind: "target-down" }, nowMs);
  }

  /** Another version of the partition is in force: what waited for it waits no longer. */
  partitionChanged(nowMs: number): DeskEffect<S>[] {
    const version = this.#options.ground?.()?.version ?? 0;
    return [...this.#early.keys()].flatMap((root) => this.#stepEarlyOf(root, { kind: "partition", version }, nowMs));
  }

  /** The coordinator asks what became of a commit to this server. "Not taken" is final: that epoch is refused for ever. */
  answerResolve(entity: EntityId, epoch: Epoch, nowMs: number): { isTaken: boolean; effects: DeskEffect<S>[] } {
    if (!this.#memory.isVoid(entity, epoch) && this.#memory.hasAccepted(entity, epoch)) {
      return { isTaken: true, effects: [] };
    }
    this.#memory.voidEpoch(entity, epoch, nowMs);
    const target = this.#targets.get(entity);
    if (target === undefined) return { isTaken: false, effects: [] };
    // A later preparation, which began after the void, goes on.
    const ended = target.members[0]?.epoch as Epoch;
    if (compareEpochs(nextEpoch(ended), epoch) !== 0) return { isTaken: false, effects: [] };
    return { isTaken: false, effects: this.#target(entity, { kind: "abort", epoch: ended }, nowMs) };
  }

  /** The coordinator's word on a commit of this server. */
  resolved(entity: EntityId, epoch: Epoch, isTaken: boolean, nowMs: number): DeskEffect<S>[] {
    return this.#source(entity, { kind: "resolved", epoch, isTaken }, nowMs);
  }

  /** Servers are proven dead: they are not listened to any more. Answers every copy that is here. */
  fence(dead: readonly ServerId[], term: number, nowMs: number): { copies: UnitCopy[]; effects: DeskEffect<S>[] } {
    const isNews = term > this.#term;
    this.#term = Math.max(this.#term, term);
    const effects = dead.flatMap((server) => (this.#fenced.has(server) ? [] : this.#fence(server, nowMs)));
    // What is said again, as after a broken link, asks nothing new.
    if (!isNews) return { copies: this.copies(), effects };
    for (const ghost of this.#options.ghosts?.((server) => this.#fenced.has(server)) ?? []) {
      if (!this.#memory.hasAccepted(ghost.entity, ghost.epoch)) this.#ghosts.hold(ghost);
    }
    return { copies: this.copies(), effects };
  }

  /** Everything this server has a copy of. */
  copies(): UnitCopy[] {
    return [
      ...this.#sources.copies(),
      ...ownedCopies(this.#owned),
      ...stagedCopies(this.#targets),
      ...this.#ghosts.copies(),
      ...this.#endings.copies(),
    ];
  }

  /** Copies here of a dead peer's are the best there are: they are owned here at the new term. */
  promote({ root, role, members, term }: CopyOrder, nowMs: number): DeskEffect<S>[] {
    if (term < this.#term) return [];
    return this.#settle(root, role, { kind: "promoted", members, term }, nowMs);
  }

  /** Somebody else owns these: the copies of them that belong to a dead peer are dropped. */
  supersede({ root, role, members, term }: CopyOrder, nowMs: number): DeskEffect<S>[] {
    if (term < this.#term) return [];
    return this.#settle(root, role, { kind: "superseded", members }, nowMs);
  }

  /** Runs what is due. */
  tick(nowMs: number): DeskEffect<S>[] {
    const effects: DeskEffect<S>[] = [];
    for (const [root, state] of this.#sources.list()) {
      if ((sourceDeadlineMs(state) ?? Number.POSITIVE_INFINITY) <= nowMs) {
        effects.push(...this.#source(root, { kind: "tick" }, nowMs));
      }
    }
    for (const [root, state] of [...this.#targets]) {
      if ((targetDeadlineMs(state) ?? Number.POSITIVE_INFINITY) <= nowMs) {
        effects.push(...this.#target(root, { kind: "tick" }, nowMs));
      }
    }
    for (const root of [...this.#early.keys()]) effects.push(...this.#stepEarlyOf(root, { kind: "tick" }, nowMs));
    this.#memory.sweep(nowMs, (entity) => this.#owned.has(entity) || this.#sources.has(entity));
    return effects;
  }

  #fence(dead: ServerId, nowMs: number): DeskEffect<S>[] {
    this.#fenced.add(dead);
    const effects = this.#eachSourceTo(dead, { kind: "target-dead" }, nowMs);
    for (const [root, target] of [...this.#targets]) {
      if (target.from === dead) effects.push(...this.#target(root, { kind: "source-dead" }, nowMs));
    }
    for (const [root, { from }] of [...this.#early]) {
      if (from === dead) this.#stepEarlyOf(root, { kind: "source-dead" }, nowMs);
    }
    return effects;
  }

  #settle(
    root: EntityId,
    role: Role,
    event: Extract<SourceEvent<S> & TargetEvent<S>, { kind: "promoted" | "superseded" }>,
    nowMs: number,
  ): DeskEffect<S>[] {
    if (role === "escrow") return this.#source(root, event, nowMs);
    if (role === "staged") return this.#target(root, event, nowMs);
    return role === "ghost" ? this.#ghost(root, event, nowMs) : [];
  }

  /** Somebody to whom it was given, or somebody after them, says that an entity is no more. */
  #ended(entity: EntityId, epoch: Epoch, nowMs: number): DeskEffect<S>[] {
    const told = this.#endings.elsewhere(entity, epoch, nowMs);
    if (told === undefined) return [];
    return [...this.#over(entity, epoch, nowMs), ...told];
  }

  /** What was given away of the entity before this epoch is not needed any more. */
  #over(entity: EntityId, epoch: Epoch, nowMs: number): DeskEffect<S>[] {
    return this.#source(this.#sources.rootOf(entity), { kind: "over", members: [{ entity, epoch }] }, nowMs);
  }

  #prepare(from: ServerId, prepare: Prepare<S>, nowMs: number): DeskEffect<S>[] {
    const { root } = prepare;
    const hasRoom = this.#early.size < MAX_EARLY_PREPARES || this.#early.has(root);
    const verdict = this.#refusalOf(prepare, from) ?? judgeGround(prepare, this.#options.ground?.(), hasRoom);
    // Whoever asks again goes by what it knows now.
    if (verdict !== "stale") this.#stepEarlyOf(root, { kind: "replaced" }, nowMs);
    if (verdict === "early") {
      this.#early.set(root, waitForPartition(prepare, from, { nowMs, rules: this.#targetRules }));
      return [];
    }
    if (verdict !== undefined) return this.#targetEffects(root, from, [refuse(prepare, from, verdict)], nowMs);
    const before = this.#targets.has(root) ? this.#target(root, { kind: "replaced" }, nowMs) : [];
    const step = reserve<S>(prepare, from, this.#options.makeToken(), { nowMs, rules: this.#targetRules });
    return [...before, ...this.#applyTarget(root, from, step, nowMs)];
  }

  #refusalOf(prepare: Prepare<S>, from: ServerId): RefuseReason | undefined {
    const held = this.#targets.get(prepare.root)?.members ?? this.#early.get(prepare.root)?.prepare.members;
    for (const { entity, epoch } of prepare.members) {
      // What was owned here at this epoch or a later one cannot be somebody else's at it.
      if (this.#memory.hasAccepted(entity, epoch)) return "stale";
    }
    // What the dead had told of it is not decided on yet.
    const target = this.#targets.get(prepare.root);
    if (target?.phase === "staged" && target.isSourceDead) return "handed-elsewhere";
    if (held !== undefined && compareEpochs(held[0]?.epoch as Epoch, prepare.members[0]?.epoch as Epoch) > 0) {
      return "stale";
    }
    return this.#options.refusal(prepare, from);
  }

  #commit(from: ServerId, message: Extract<HandoffMessage<S>, { kind: "commit" }>, nowMs: number): DeskEffect<S>[] {
    const { root, members } = message;
    const epoch = members[0]?.epoch;
    if (epoch === undefined) return [];
    if (this.#memory.isVoid(root, epoch)) return [notTaken(from, root, epoch, "void")];
    if (this.#memory.hasAccepted(root, epoch)) {
      const complete: DeskEffect<S> = { kind: "send", to: from, message: { kind: "complete", root, epoch } };
      // What it gave may have ended, and it may have missed that.
      const entities = members.map(({ entity }) => entity);
      return [complete, ...this.#endings.again(from, entities)];
    }
    const isStale = members.some((member) => this.#memory.hasAccepted(member.entity, member.epoch));
    const reason = isStale ? "stale" : this.#options.cannotTake?.(members);
    const event = reason === undefined ? ({ kind: "commit", members } as const) : ({ kind: "replaced" } as const);
    const effects = isStale ? [] : this.#targetFrom(from, root, event, nowMs);
    if (this.#memory.hasAccepted(root, epoch)) return effects;
    this.#memory.voidEpoch(root, epoch, nowMs);
    return [...effects, notTaken(from, root, epoch, reason ?? "not-prepared")];
  }

  #eachSourceTo(peer: ServerId, event: SourceEvent<S>, nowMs: number): DeskEffect<S>[] {
    const effects: DeskEffect<S>[] = [];
    for (const [root, source] of this.#sources.list()) {
      if (source.to === peer) effects.push(...this.#source(root, event, nowMs));
    }
    return effects;
  }

  /** An answer counts only from the server that was asked. */
  #sourceTo(from: ServerId, root: EntityId, event: SourceEvent<S>, nowMs: number): DeskEffect<S>[] {
    return this.#sources.get(root)?.to === from ? this.#source(root, event, nowMs) : [];
  }

  #targetFrom(from: ServerId, root: EntityId, event: TargetEvent<S>, nowMs: number): DeskEffect<S>[] {
    return this.#targets.get(root)?.from === from ? this.#target(root, event, nowMs) : [];
  }

  #source(root: EntityId, event: SourceEvent<S>, nowMs: number): DeskEffect<S>[] {
    const state = this.#sources.get(root);
    if (state === undefined) return [];
    const step = this.#stepSource(state, event, { root, nowMs, rules: this.#sourceRules });
    return this.#applySource(root, state.to, step, nowMs);
  }

  #target(root: EntityId, event: TargetEvent<S>, nowMs: number): DeskEffect<S>[] {
    const state = this.#targets.get(root);
    if (state === undefined) return [];
    const { applyDelta } = this.#options;
    const step = this.#stepTarget(state, event, { root, nowMs, rules: this.#targetRules, applyDelta });
    return this.#applyTarget(root, state.from, step, nowMs);
  }

  #stepEarlyOf(root: EntityId, event: EarlyEvent, nowMs: number): DeskEffect<S>[] {
    const state = this.#early.get(root);
    if (state === undefined) return [];
    const step = this.#stepEarly(state, event, nowMs);
    if (step.state === undefined) this.#early.delete(root);
    return step.effects.flatMap((effect) =>
      effect.kind === "send" ? [effect] : this.#prepare(state.from, state.prepare, nowMs),
    );
  }

  #ghost(root: EntityId, event: GhostEvent<S>, nowMs: number): DeskEffect<S>[] {
    return this.#ghosts.step(root, event).map((effect) => {
      for (const { entity, epoch } of effect.members) this.adopt(entity, epoch, nowMs);
      return { ...effect, root };
    });
  }

  #applySource(root: EntityId, to: ServerId, step: SourceStep<S>, nowMs: number): DeskEffect<S>[] {
    this.#sources.set(root, step.state);
    return step.effects.map((effect) => this.#sourceEffect(root, to, effect, nowMs));
  }

  #sourceEffect(root: EntityId, to: ServerId, effect: SourceEffect<S>, nowMs: number): DeskEffect<S> {
    switch (effect.kind) {
      case "send":
      case "resolve":
        return effect;
      case "warm-client":
        return { ...effect, root };
      case "stayed":
        return { ...effect, root, to };
      case "released": {
        const source = this.#sources.get(root);
        const members = source?.phase === "released" ? source.escrow : [];
        for (const { entity } of members) this.#owned.delete(entity);
        return { kind: "released", root, members, to };
      }
      case "own-again": {
        // What came back at a later epoch meanwhile stays as it is.
        const members = effect.members.filter(({ entity, epoch }) => !this.#memory.hasAccepted(entity, epoch));
        for (const { entity, epoch } of members) this.adopt(entity, epoch, nowMs);
        return { kind: "own-again", root, members };
      }
      case "drop-escrow":
        return { kind: "forgotten", root };
    }
  }

  #applyTarget(root: EntityId, from: ServerId, step: TargetStep<S>, nowMs: number): DeskEffect<S>[] {
    if (step.state === undefined) this.#targets.delete(root);
    else this.#targets.set(root, step.state);
    return this.#targetEffects(root, from, step.effects, nowMs);
  }

  #targetEffects(root: EntityId, from: ServerId, given: readonly TargetEffect<S>[], nowMs: number): DeskEffect<S>[] {
    const durable: DeskEffect<S>[] = [];
    const effects: DeskEffect<S>[] = [];
    for (const effect of given) {
      switch (effect.kind) {
        case "send":
          effects.push(effect);
          break;
        case "staged":
        case "unreserved":
          effects.push({ ...effect, root });
          break;
        case "own": {
          for (const { entity, epoch } of effect.members) {
            this.adopt(entity, epoch, nowMs);
            this.#memory.cameFrom(entity, from, nowMs);
          }
          effects.push({ ...effect, root });
          const epoch = effect.members[0]?.epoch;
          if (this.#options.isDurableAtOnce && epoch !== undefined && !this.#fenced.has(from)) {
            durable.push({ kind: "send", to: from, message: { kind: "durable", root, epoch } });
          }
          break;
        }
      }
    }
    return [...effects, ...durable];
  }
}
