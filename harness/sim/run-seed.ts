import { type EntityId, FIRST_EPOCH, Prng } from "@ows/base";
import { defaultSourceRules, defaultTargetRules } from "@ows/mesh";
import type { Bug } from "./bugs.ts";
import { Coverage } from "./coverage.ts";
import { SIZE_METERS } from "./ground.ts";
import { injectFault } from "./inject-fault.ts";
import { live } from "./live.ts";
import { COORDINATOR, FIRST_CLIENT, type SimMessage } from "./messages.ts";
import { Network } from "./network.ts";
import { Oracle, Violation } from "./oracle.ts";
import { type Plan, planOf } from "./plan.ts";
import { Scheduler } from "./scheduler.ts";
import { CLIENT_STEP_MS, SimClient } from "./sim-client.ts";
import { SimCoordinator } from "./sim-coordinator.ts";
import { SimServer, TICK_MS } from "./sim-server.ts";
import { mix } from "./state.ts";
import { Units } from "./units.ts";
import type { World } from "./world.ts";

export type RunResult = {
  readonly plan: Plan;
  /** Over every delivery in order: equal for two runs of one seed. */
  readonly hash: number;
  readonly events: number;
  readonly handoffs: number;
  /** Entities that vanished with their only copy. */
  readonly lost: number;
  /** Players that came back from a ghost. */
  readonly ghosts: number;
  /** Entities that came back because nobody alive knew of their end. */
  readonly revived: number;
  readonly coverage: ReadonlyMap<string, number>;
  readonly violation: { readonly invariant: string; readonly message: string; readonly atMs: number } | undefined;
};

export type RunOptions = {
  readonly bug?: Bug | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** `false`: nothing ends, regroups or is seen across borders, which was so when the first seeds were named. */
  readonly hasLife?: boolean;
};

/** Said all the time. */
const UNTRACED: ReadonlySet<SimMessage["kind"]> = new Set(["ack", "input", "ghosts"]);

/** After the faults, everything must be complete within this time. */
const LIVENESS_MS = 16_000;
/** Walking and inputs go on for a while after the faults. */
const AFTERWARDS_MS = 1_000;

/** Runs one seed from the first event to the last: first safety with faults, then liveness without. */
export function runSeed(seed: number, { bug, onLine, hasLife = true }: RunOptions = {}): RunResult {
  const run = new Run(planOf(seed, hasLife), { bug, onLine, hasLife });
  let violation: RunResult["violation"];
  try {
    run.play();
  } catch (error) {
    const atMs = run.scheduler.nowMs;
    if (error instanceof Violation) violation = { invariant: error.invariant, message: error.message, atMs };
    else if (bug === undefined) throw new Error(`seed ${seed} crashed at ${atMs.toFixed(1)} ms`, { cause: error });
    else violation = { invariant: "crash", message: String(error), atMs };
  }
  const { hash, events, oracle, world } = run;
  const { handoffs, lostCount: lost, ghosts, revived } = oracle;
  const outcome = { events, handoffs, lost, ghosts, revived };
  return { plan: run.plan, hash: hash >>> 0, ...outcome, coverage: world.coverage.counts, violation };
}

/** One run: its actors and its time. */
export class Run {
  readonly plan: Plan;
  readonly scheduler = new Scheduler();
  readonly network: Network;
  readonly oracle: Oracle;
  readonly world: World;
  readonly coordinator: SimCoordinator;
  readonly servers = new Map<number, SimServer>();
  readonly clients: SimClient[] = [];
  readonly prng: Prng;
  hash = 0;
  events = 0;

  constructor(plan: Plan, { bug, onLine, hasLife = true }: RunOptions) {
    this.plan = plan;
    this.prng = Prng.fromSeed(`run ${plan.seed}`);
    const { scheduler } = this;
    const trace = onLine && ((line: () => string) => onLine(`${scheduler.nowMs.toFixed(1).padStart(8)} ms ${line()}`));
    this.network = new Network({
      scheduler,
      prng: Prng.fromSeed(`network ${plan.seed}`),
      jitterMs: plan.jitterMs,
      onDelivery: (from, to, message) => this.#delivered(from, to, message),
      onOverflow: (from, to) => {
        throw new Violation("I10", `too much is under way from ${from} to ${to}`);
      },
    });
    const units = new Units();
    const clientOf = new Map<EntityId, number>();
    let next = 1;
    for (const { size, players } of plan.units) {
      const members = Array.from({ length: size }, () => next++ as EntityId);
      units.add(members);
      for (const entity of members.slice(0, players)) clientOf.set(entity, FIRST_CLIENT + entity);
    }
    this.oracle = new Oracle(units, () => this.servers.values());
    this.world = {
      scheduler,
      network: this.network,
      oracle: this.oracle,
      coverage: new Coverage(),
      bug,
      // Often enough to see whole states between differences.
      source: { ...defaultSourceRules, routeMs: plan.routeMs, wholeEvery: 8 },
      target: { ...defaultTargetRules, reservationMs: plan.reservationMs },
      units,
      hasLife,
      clientOf,
      columns: plan.columns,
      rows: plan.rows,
      serverIds: [],
      servers: () => this.servers.values(),
      trace,
      isQuieting: false,
    };
    this.coordinator = new SimCoordinator(this.world, this.prng, () => this.oracle.countLost(this.servers.values()));
    this.network.add(this.coordinator);
  }

  /** Those that live now, in the order they joined. */
  alive(): SimServer[] {
    return [...this.servers.values()].filter((server) => !server.isDead);
  }

  play(): void {
    this.#populate();
    const { plan, scheduler, world } = this;
    for (const fault of plan.faults) scheduler.at(fault.atMs, () => injectFault(this, fault));
    for (const event of plan.life) scheduler.at(event.atMs, () => live(this, event));
    this.#runUntil(plan.safetyMs);
    // Every fault has an end; the last one may have begun just now.
    this.#runUntil(plan.safetyMs + 1_700);
    this.network.heal();
    for (const server of this.alive()) server.refusing = undefined;
    this.#runUntil(scheduler.nowMs + AFTERWARDS_MS);
    world.isQuieting = true;
    const untilMs = scheduler.nowMs + LIVENESS_MS;
    let waitsFor = this.#unfinished();
    while (waitsFor !== undefined && scheduler.nowMs < untilMs) {
      this.#runUntil(scheduler.nowMs + 100);
      waitsFor = this.#unfinished();
    }
    if (waitsFor !== undefined) throw new Violation("liveness", `after ${LIVENESS_MS} ms without faults ${waitsFor}`);
    this.oracle.checkQuiet();
  }

  /** Starts one more server and links it to everybody. */
  join(): SimServer {
    const id = this.servers.size + 1;
    const server = new SimServer(id, this.world);
    this.servers.set(id, server);
    this.world.serverIds.push(id);
    this.network.add(server);
    this.network.connect(COORDINATOR, id);
    for (const other of this.alive()) if (other !== server) this.network.connect(other.id, id);
    this.#repeat(this.prng.float() * TICK_MS, TICK_MS, server, () => server.tick());
    return server;
  }

  /** A process is gone at once. */
  crash(server: SimServer, proofAfterMs: number): void {
    const held = server.held();
    server.isDead = true;
    this.network.died(server.id);
    this.oracle.died(server.id, held, this.servers.values());
    this.scheduler.after(proofAfterMs, () => this.coordinator.proofOfDeath(server.id));
  }

  #populate(): void {
    const { plan, prng } = this;
    for (let i = 0; i < plan.servers; i++) this.join();
    this.#runUntil(plan.jitterMs * 2 + 20);
    const cells = plan.columns * plan.rows;
    this.coordinator.assign(Array.from({ length: cells }, (_, cell) => (cell % plan.servers) + 1));
    const state = { ticks: 0, lastInput: 0, chain: 0, skips: [] };
    for (const [, members] of this.world.units) {
      const at = { ...state, x: prng.float() * SIZE_METERS, y: prng.float() * SIZE_METERS };
      const home = this.servers.get(prng.int(1, plan.servers)) as SimServer;
      for (const entity of members) {
        home.spawn(entity, FIRST_EPOCH, at);
        const client = this.world.clientOf.get(entity);
        if (client !== undefined) this.#addClient(client, entity, home.id);
      }
    }
  }

  #addClient(id: number, entity: EntityId, home: number): void {
    const client = new SimClient(id, entity, home, this.world);
    this.clients.push(client);
    this.network.add(client);
    this.network.connect(id, home);
    this.#repeat(this.prng.float() * CLIENT_STEP_MS, CLIENT_STEP_MS, client, () => client.step(!this.world.isQuieting));
  }

  #repeat(firstMs: number, everyMs: number, process: SimServer | SimClient, run: () => void): void {
    const again = () => {
      if (process.isDead) return;
      // A paused process misses its ticks; they do not pile up.
      if (!process.isPaused) process.post(run);
      this.scheduler.after(everyMs, again);
    };
    this.scheduler.after(firstMs, again);
  }

  #runUntil(atMs: number): void {
    this.events += this.scheduler.runUntil(atMs);
  }

  #unfinished(): string | undefined {
    const { ownership } = this.coordinator;
    if (ownership.isSettling) return "a round is not settled";
    if (ownership.questionCount > 0) return `${ownership.questionCount} questions are open`;
    for (const { id, entity, unacknowledged } of this.clients) {
      if (unacknowledged.length > 0 && !this.oracle.isOver(entity))
        return `client ${id} waits for ${unacknowledged.length}`;
    }
    for (const server of this.alive()) {
      if (server.desk.openCount > 0) return `${server.id} has ${server.desk.openCount} handoffs open`;
      for (const [entity, at] of server.live) {
        const isForeign = server.ground.isOutside(server.id, at);
        if (isForeign) return `${entity} stands on the ground of others than ${server.id}`;
      }
    }
    return undefined;
  }

  #delivered(from: number, to: number, message: SimMessage): void {
    const kind = message.kind === "handoff" ? message.message.kind : message.kind;
    const { nowMs } = this.scheduler;
    this.hash = mix(
      mix(mix(this.hash, Math.floor(nowMs * 1_000)), from * 4_096 + to),
      kind.charCodeAt(0) * 64 + kind.length,
    );
    if (this.world.trace === undefined || UNTRACED.has(message.kind)) return;
    this.world.trace(() => `${from} -> ${to} ${JSON.stringify(message)}`);
  }
}
