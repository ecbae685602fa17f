import type { EntityId, Epoch } from "@ows/base";
import {
  type DeskEffect,
  type DeskGround,
  HandoffDesk,
  type HandoffMessage,
  holdGhost,
  type Member,
  type RefuseReason,
  type Side,
  stepEarlyPrepare,
  stepGhost,
  transitionOf,
} from "@ows/mesh";
import { bentParts } from "./bugs.ts";
import { Ground, type Point } from "./ground.ts";
import { COORDINATOR, type Input, type SimMessage } from "./messages.ts";
import type { SimNode } from "./network.ts";
import { type Holder, Violation } from "./oracle.ts";
import { SimGhosts } from "./sim-ghosts.ts";
import { SimProcess } from "./sim-node.ts";
import { applyInput, applySimDelta, deltaOf, mix, move, type SimState, skipTo, velocityOf } from "./state.ts";
import type { World } from "./world.ts";

export const TICK_MS = 50;
const MINIMUM_STAY_MS = 1_000;
const RETRY_MS = 200;
const MAX_HOPS = 4;
const MAX_WAITING = 20_000;
/** Ticks from one telling of the ghosts to the next: old enough to be wrong now and then. */
const GHOSTS_EVERY = 4;
const MAX_ENDED = 16;

/** A zone server: the real desk, with the least of a game around it. */
export class SimServer extends SimProcess implements SimNode, Holder {
  readonly desk: HandoffDesk<SimState>;
  readonly live = new Map<EntityId, SimState>();
  /** Why it wants nobody now. */
  refusing: RefuseReason | undefined;
  readonly ground: Ground;
  readonly #world: World;
  readonly #arrivedAtMs = new Map<EntityId, { readonly atMs: number; readonly version: number }>();
  readonly #retryAtMs = new Map<EntityId, number>();
  readonly #attached = new Map<number, EntityId>();
  /** Of units that are leaving: what their target was told last. */
  readonly #told = new Map<EntityId, SimState>();
  readonly #ghosts = new SimGhosts();
  /** Players that were given away since the ghosts were told. */
  #handed: { readonly entity: EntityId; readonly to: number }[] = [];
  #ticks = 0;
  #tokens = 0;
  /** What comes now, comes by a decision after a death. */
  #isPromoting = false;

  constructor(id: number, world: World) {
    super(id, world.scheduler);
    this.#world = world;
    this.ground = new Ground(world.columns, world.rows);
    const { source, target, memory } = bentParts(world.bug);
    this.desk = new HandoffDesk<SimState>({
      source: world.source,
      target: world.target,
      applyDelta: applySimDelta,
      makeToken: () => `${id}-${++this.#tokens}`,
      refusal: (prepare) => this.refusing ?? this.#whim(prepare.root),
      ground: () => this.#deskGround(),
      isDurableAtOnce: true,
      ghosts: (isDead) => this.#ghosts.of(isDead),
      parts: {
        memory,
        stepSource: (state, event, unit) => {
          const step = source(state, event, unit);
          if (step.state !== state || step.effects.length > 0) this.#counted("source", state, event, step);
          return step;
        },
        stepTarget: (state, event, unit) => {
          const step = target(state, event, unit);
          if (step.state !== state || step.effects.length > 0) this.#counted("target", state, event, step);
          return step;
        },
        stepEarlyPrepare: (state, event, nowMs) => {
          const step = stepEarlyPrepare(state, event, nowMs);
          if (step.state !== state) this.#counted("target", state, event, step);
          return step;
        },
        holdGhost: (copy) => {
          const step = holdGhost(copy);
          this.#counted("ghost", { phase: "none" }, { kind: "owner-dead" }, step);
          return step;
        },
        stepGhost: (state, event) => {
          const step = stepGhost(state, event);
          if (step.state !== state || step.effects.length > 0) this.#counted("ghost", state, event, step);
          return step;
        },
      },
    });
  }

  /** An entity is born here. */
  spawn(entity: EntityId, epoch: Epoch, state: SimState): void {
    this.desk.adopt(entity, epoch, this.#nowMs);
    this.live.set(entity, state);
    this.#world.oracle.owned(this.id, entity, epoch, state);
  }

  /** An entity that lives here is no more. */
  end(entity: EntityId): void {
    this.#world.oracle.ended(this.id, entity);
    this.live.delete(entity);
    this.#world.units.end(entity);
    this.#run(this.desk.remove(entity, this.#nowMs));
  }

  /** Entities that live here move together in another way from now on. */
  regroup(entities: readonly EntityId[], change: () => void): void {
    const { units } = this.#world;
    for (const entity of entities) this.#run(this.desk.stay(units.rootOf(entity), "regrouped", this.#nowMs));
    change();
    for (const entity of entities) {
      const at = this.live.get(units.rootOf(entity)) as SimState;
      for (const member of units.of(entity))
        this.live.set(member, { ...(this.live.get(member) as SimState), ...placeOf(at) });
    }
  }

  held(): readonly Member[] {
    const copies = this.desk.copies().filter(({ role }) => role !== "ended");
    return copies.flatMap(({ members }) => members);
  }

  whole(): readonly Member[] {
    const copies = this.desk.copies().filter(({ role }) => role !== "ended" && role !== "ghost");
    return copies.flatMap(({ members }) => members);
  }

  recoverable(): readonly Member[] {
    const isAlive = (peer: number) => [...this.#world.servers()].some(({ id, isDead }) => id === peer && !isDead);
    const copies = this.desk.copies().filter(({ root, role, peer }) => {
      if (role === "ended") return false;
      const isInFlight = role === "escrow" && this.desk.sourceOf(root)?.phase === "released";
      return peer === undefined || isInFlight || !isAlive(peer);
    });
    return copies.flatMap(({ members }) => members);
  }

  /** Where units stand that another server was asked for, and where they will. */
  placesUnderWay(): readonly Point[] {
    return [...this.#world.units.keys()].flatMap((root) => {
      const at = this.live.get(root);
      const phase = this.desk.sourceOf(root)?.phase;
      if (at === undefined || (phase !== "preparing" && phase !== "ready")) return [];
      const { vx, vy } = velocityOf(root, at.ticks);
      return [at, { x: at.x + vx, y: at.y + vy }];
    });
  }

  receive(from: number, message: SimMessage): void {
    const nowMs = this.#nowMs;
    switch (message.kind) {
      case "handoff":
        if (message.message.kind === "ended" && !this.desk.isFenced(from)) {
          this.#world.oracle.heardOfEnd(this.id, message.message.root);
        }
        this.#handoff(from, message.message);
        return;
      case "ghosts":
        if (!this.desk.isFenced(from)) {
          this.#ghosts.tell(from, message.news, (entity) => this.live.has(entity), nowMs);
        }
        return;
      case "forward":
        this.#input(message.input, message.hops);
        return;
      case "input":
        this.#input(message.input, 0);
        return;
      case "attach":
        this.#attach(from, message.entity);
        return;
      case "warm":
        this.#run(this.desk.clientIsWarm(message.root, nowMs));
        return;
      case "partition":
        if (this.ground.apply(message.version, message.owners)) this.#run(this.desk.partitionChanged(nowMs));
        return;
      case "order":
        this.#order(message.order);
        return;
      default:
        return;
    }
  }

  linkUp(peer: number): void {
    if (peer === COORDINATOR) this.#send(COORDINATOR, { kind: "hello" });
    else this.#run(this.desk.linkUp(peer, this.#nowMs));
  }

  linkDown(peer: number): void {
    this.#attached.delete(peer);
    if (peer === COORDINATOR) return;
    this.#ghosts.lose(peer, this.#nowMs);
    this.#run(this.desk.linkDown(peer, this.#nowMs));
  }

  tick(): void {
    for (const [root, members] of this.#world.units) if (this.live.has(root)) this.#tickUnit(root, members);
    this.#run(this.desk.tick(this.#nowMs));
    this.#ghosts.step(this.#nowMs);
    if (this.#world.hasLife && ++this.#ticks % GHOSTS_EVERY === 0) this.#tellGhosts();
    for (const [client, entity] of this.#attached) {
      const state = this.live.get(entity);
      const epoch = this.desk.epochOf(entity);
      if (state !== undefined && epoch !== undefined) {
        this.#send(client, { kind: "ack", epoch, lastInput: state.lastInput });
      }
    }
    this.#checkBounds();
  }

  get #nowMs(): number {
    return this.#world.scheduler.nowMs;
  }

  #tickUnit(root: EntityId, members: readonly EntityId[]): void {
    const nowMs = this.#nowMs;
    if (!this.#world.isQuieting) this.#move(root, members);
    const at = this.live.get(root) as SimState;
    const { vx, vy } = velocityOf(root, at.ticks);
    const ownerHere = this.ground.ownerAt(at.x, at.y);
    const wanted = ownerHere === this.id ? this.ground.ownerAt(at.x + vx, at.y + vy) : ownerHere;
    const isQuietHere = this.#world.isQuieting && !this.ground.isOutside(this.id, at);
    const to = wanted === this.id || isQuietHere ? undefined : wanted;
    const source = this.desk.sourceOf(root);
    if (source?.phase === "preparing" || source?.phase === "ready") {
      if (to === undefined) {
        this.#run(this.desk.stay(root, "turned-back", nowMs));
        return;
      }
      if (to !== source.to) {
        this.#run(this.desk.stay(root, "another-target", nowMs));
        return;
      }
      this.#tellTarget(root, members, this.#mayLeave(root, at, source.to));
      return;
    }
    if (to === undefined || (this.#retryAtMs.get(root) ?? 0) > nowMs || !this.#world.network.isUp(this.id, to)) return;
    const character = this.#world.clientOf.has(root) ? `character-${root}` : undefined;
    const place = ownerHere === to ? at : { x: at.x + vx, y: at.y + vy };
    const unit = { members, classes: [1], character, at: place, partitionVersion: this.ground.version };
    this.#run(this.desk.begin(unit, to, nowMs));
  }

  #tellGhosts(): void {
    const { clientOf, network, serverIds } = this.#world;
    const shown = [...this.live].flatMap(([entity, state]) => {
      const epoch = this.desk.epochOf(entity);
      return epoch === undefined || !clientOf.has(entity) ? [] : [{ entity, epoch, state }];
    });
    const news = { shown, handed: this.#handed };
    this.#handed = [];
    for (const peer of serverIds) {
      if (peer !== this.id && network.isUp(this.id, peer)) this.#send(peer, { kind: "ghosts", news });
    }
  }

  #move(root: EntityId, members: readonly EntityId[]): void {
    const moved = move(root, this.live.get(root) as SimState);
    for (const entity of members) {
      const state = this.live.get(entity);
      if (state === undefined) throw new Violation("whole groups", `${this.id} has ${root} without ${entity}`);
      this.live.set(entity, { ...state, ...placeOf(moved) });
    }
  }

  #mayLeave(root: EntityId, at: SimState, to: number): boolean {
    if (this.ground.ownerAt(at.x, at.y) !== to || !this.ground.isOutside(this.id, at)) return false;
    const arrived = this.#arrivedAtMs.get(root);
    if (arrived === undefined || arrived.version !== this.ground.version) return true;
    return this.#nowMs - arrived.atMs >= MINIMUM_STAY_MS;
  }

  /** Tells the target what is due at the end of this tick. */
  #tellTarget(root: EntityId, members: readonly EntityId[], mayLeave: boolean): void {
    const kind = this.desk.tellingDue(root, mayLeave, this.#nowMs);
    if (kind === undefined) return;
    const states = members.map((entity) => this.live.get(entity) as SimState);
    const told = kind === "delta" ? states.map((state, i) => this.#deltaSince(members[i] as EntityId, state)) : states;
    members.forEach((entity, i) => {
      this.#told.set(entity, states[i] as SimState);
    });
    this.#run(this.desk.endOfTick(root, kind, told, this.#nowMs));
  }

  #deltaSince(entity: EntityId, now: SimState): SimState {
    return deltaOf(this.#told.get(entity) as SimState, now);
  }

  /** One unit in a few is of a class that is not for this server. */
  #whim(root: EntityId): RefuseReason | undefined {
    const isWelcome = this.#world.isQuieting || mix(root, this.ground.version + this.id) % 50 !== 0;
    return isWelcome ? undefined : "unknown-class";
  }

  #deskGround(): DeskGround {
    const { version } = this.ground;
    return { version, holds: (x, y) => this.ground.ownerAt(x, y) === this.id };
  }

  #handoff(from: number, message: HandoffMessage<SimState>): void {
    const openBefore = this.desk.openCount;
    const effects = this.desk.receive(from, message, this.#nowMs);
    // Nothing was said and something is open: it waits for its partition.
    if (message.kind === "prepare" && effects.length === 0 && this.desk.openCount > openBefore) {
      this.#counted("target", { phase: "none" }, message, { state: { phase: "early" }, effects });
    }
    this.#run(effects);
  }

  #order(order: Extract<SimMessage, { kind: "order" }>["order"]): void {
    const { desk, id } = this;
    const nowMs = this.#nowMs;
    switch (order.kind) {
      case "fence": {
        const dead = this.#world.bug === "ignores-fence" ? [] : order.dead;
        const { copies, effects } = desk.fence(dead, order.term, nowMs);
        this.#run(effects);
        this.#tell({ kind: "copies", from: id, term: order.term, copies });
        return;
      }
      case "promote":
      case "supersede": {
        const { kind, root, role, term } = order;
        if (kind === "supersede") this.#world.oracle.superseding(id, order.members, this.#world.servers());
        this.#isPromoting = true;
        this.#run(kind === "promote" ? desk.promote(order, nowMs) : desk.supersede(order, nowMs));
        this.#isPromoting = false;
        this.#tell({ kind: "settled", from: id, order: kind, root, role, term });
        return;
      }
      case "ask": {
        const { entity, epoch } = order;
        const { isTaken, effects } = desk.answerResolve(entity, epoch, nowMs);
        this.#run(effects);
        this.#tell({ kind: "asked", from: id, entity, epoch, isTaken });
        return;
      }
      case "resolved":
        this.#run(desk.resolved(order.entity, order.epoch, order.isTaken, nowMs));
        return;
    }
  }

  #attach(client: number, entity: EntityId): void {
    this.#attached.set(client, entity);
    if (this.live.has(entity)) {
      this.#welcome(entity);
      return;
    }
    const to = this.desk.routeOf(entity);
    if (to !== undefined) this.#send(client, { kind: "redirect", to });
  }

  #welcome(entity: EntityId): void {
    const client = this.#world.clientOf.get(entity);
    const epoch = this.desk.epochOf(entity);
    const state = this.live.get(entity);
    if (client === undefined || !this.#attached.has(client) || epoch === undefined || state === undefined) return;
    this.#send(client, { kind: "welcome", epoch, lastInput: state.lastInput });
  }

  #input(input: Input, hops: number): void {
    const { entity, n, isResume } = input;
    const state = this.live.get(entity);
    if (state === undefined) {
      const to = this.desk.routeOf(entity);
      if (to !== undefined && hops < MAX_HOPS) this.#send(to, { kind: "forward", input, hops: hops + 1 });
      return;
    }
    if (isResume) {
      if (n > state.lastInput) this.#set(entity, skipTo(state, n));
      return;
    }
    const isRepeat = n <= state.lastInput && this.#world.bug === "repeated-inputs";
    if (n === state.lastInput + 1) this.#set(entity, applyInput(state, n));
    else if (isRepeat) this.#set(entity, { ...applyInput(state, n), lastInput: state.lastInput });
  }

  #set(entity: EntityId, state: SimState): void {
    this.live.set(entity, state);
    this.#world.oracle.checkChain(entity, state);
  }

  #run(effects: readonly DeskEffect<SimState>[]): void {
    for (const effect of effects) {
      this.#world.trace?.(() => `${this.id}: ${describe(effect)}`);
      this.#carryOut(effect);
    }
  }

  #carryOut(effect: DeskEffect<SimState>): void {
    const { oracle, clientOf, units } = this.#world;
    const nowMs = this.#nowMs;
    switch (effect.kind) {
      case "send":
        this.#world.coverage.sent(effect.message.kind);
        this.#send(effect.to, { kind: "handoff", message: effect.message });
        return;
      case "warm-client": {
        const { root, to, token } = effect;
        const clients = units.of(root).flatMap((entity) => clientOf.get(entity) ?? []);
        const here = clients.filter((client) => this.#attached.has(client));
        for (const client of here) this.#send(client, { kind: "warm-up", root, to, token });
        if (here.length === 0) this.#run(this.desk.clientIsWarm(root, nowMs));
        return;
      }
      case "stayed":
        this.#retryAtMs.set(effect.root, nowMs + RETRY_MS);
        return;
      case "released":
        oracle.released(this.id, effect.members);
        for (const member of effect.members) this.#release(member, effect.to);
        oracle.checkUnits(effect.members);
        return;
      case "own":
      case "own-again":
      case "own-ghost":
        // What a death has parted is not put together again.
        if (this.#isPromoting) units.separate(effect.members.map(({ entity }) => entity));
        for (const member of effect.members) {
          const { entity, epoch, state } = member;
          // One that had ended and was not known to.
          if (units.of(entity).length === 0) units.add([entity]);
          oracle.checkNewer(entity, epoch, effect.kind === "own-again");
          if (effect.kind === "own-ghost") oracle.ownsGhost(this.id, member, this.#world.servers());
          oracle.owned(this.id, entity, epoch, state);
          this.live.set(entity, state);
          this.#ghosts.owned(entity, epoch);
        }
        oracle.checkUnits(effect.members);
        for (const { entity } of effect.members) {
          this.#arrivedAtMs.set(units.rootOf(entity), { atMs: nowMs, version: this.ground.version });
          this.#welcome(entity);
        }
        return;
      case "resolve": {
        const { entity, epoch, to } = effect;
        this.#tell({ kind: "resolve", from: this.id, entity, epoch, to });
        return;
      }
      case "staged":
      case "unreserved":
      case "forgotten":
        return;
    }
  }

  #release({ entity, epoch }: Member, to: number): void {
    const state = this.live.get(entity);
    this.live.delete(entity);
    if (state === undefined || !this.#world.clientOf.has(entity)) return;
    this.#ghosts.released({ entity, epoch, state }, to, this.#nowMs);
    this.#handed.push({ entity, to });
  }

  #tell(event: Extract<SimMessage, { kind: "event" }>["event"]): void {
    this.#send(COORDINATOR, { kind: "event", event });
  }

  #send(to: number, message: SimMessage): void {
    this.#world.network.send(this.id, to, message);
  }

  #counted(
    side: Side,
    from: { readonly phase: string },
    event: { readonly kind: string },
    step: Parameters<typeof transitionOf>[3],
  ): void {
    const row = transitionOf(side, from, event, step);
    if (row !== undefined) this.#world.coverage.count(side, row);
    else if (this.#world.bug === undefined) {
      throw new Violation("tables", `no row for ${side} ${from.phase} + ${event.kind} -> ${step.state?.phase}`);
    }
  }

  #checkBounds(): void {
    const { units } = this.#world;
    // A handoff each way and a ghost for each, and routes of those that have ended meanwhile.
    if (this.desk.openCount > 3 * units.entities.length + MAX_ENDED)
      throw new Violation("I10", `${this.id} has ${this.desk.openCount} handoffs open`);
    if (this.waitingCount > MAX_WAITING) throw new Violation("I10", `${this.waitingCount} things wait at ${this.id}`);
    for (const entity of this.live.keys()) {
      if (this.desk.epochOf(entity) === undefined)
        throw new Violation("I1", `${this.id} simulates ${entity}, not its own`);
    }
    if (this.desk.ownedCount !== this.live.size) {
      throw new Violation("I1", `${this.id} owns ${this.desk.ownedCount} and simulates ${this.live.size}`);
    }
  }
}

function placeOf({ x, y, ticks }: SimState): Pick<SimState, "x" | "y" | "ticks"> {
  return { x, y, ticks };
}

function describe(effect: DeskEffect<SimState>): string {
  return effect.kind === "send" ? `send to ${effect.to} ${JSON.stringify(effect.message)}` : JSON.stringify(effect);
}
