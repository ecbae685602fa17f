import type { Clock, EntityId } from "@ows/base";
import {
  type Components,
  type Entity,
  type Fields,
  type FieldValue,
  fitField,
  type Game,
  type InputFields,
  type Json,
  type SeenEntity,
  type ValuesOf,
} from "@ows/game";
import {
  type Closing,
  encodeClientMessage,
  type GameSchema,
  type Input,
  MAX_INPUTS_PER_MESSAGE,
  SnapshotReader,
  type Welcome,
} from "@ows/protocol/game";
import { Connector, type ConnectorOptions } from "./connector.ts";
import { Emitter } from "./emitter.ts";
import { type Handoff, HandoffMeter } from "./handoff-meter.ts";
import { InputQueue } from "./input-queue.ts";
import { LinkMeter, type LinkStats } from "./link-stats.ts";
import { Me } from "./me.ts";
import { Others, type ShownMoment } from "./others.ts";
import { OwnAvatar } from "./prediction.ts";
import { ServerClock } from "./server-clock.ts";
import { TickSchedule } from "./tick-schedule.ts";
import { WorldClosedError, type WorldState, worldStateFrom } from "./world-state.ts";

const PING_INTERVAL_MS = 1_000;
/** A server that says nothing for this long is lost, whatever TCP believes. */
const SILENCE_MS = 5_000;
/** After this much silence nothing more is predicted: it would only have to be taken back. */
const STALL_MS = 1_000;

export type ServerInfo = {
  readonly serverName: string;
  readonly zoneName: string;
  readonly zoneInstanceId: number;
  readonly tickHz: number;
  readonly viewRadius: number;
  readonly bounds: Welcome["bounds"];
};

export type WorldEvents = {
  /** A snapshot was applied: everything is at its newest place. */
  readonly snapshot: { readonly tick: number };
  /** What the game told this player: `ctx.emit` and `ctx.tell`. */
  readonly event: { readonly name: string; readonly data: Json };
  readonly state: WorldState;
  readonly connected: ServerInfo;
  readonly disconnected: { readonly message: string };
  /** The server said why it ends the connection. */
  readonly closing: Closing;
  /** The same avatar went on at another server a second ago: how that felt. */
  readonly handoff: Handoff;
  /** A way in failed or a link broke; the world may come back by itself. */
  readonly trouble: { readonly message: string };
};

/**
 * A player's presence in a world: what is seen, what is done. Made by `connect`. Times and positions are those to
 * show; call `frame()` once per animation frame before reading them.
 */
export class World<C extends Components = Components, I extends InputFields = InputFields> {
  readonly #game: Game<C, I>;
  readonly #schema: GameSchema;
  readonly #clock: Clock;
  readonly #connector: Connector;
  readonly #events = new Emitter<WorldEvents>();
  readonly #inputs = new InputQueue();
  /** Newest values of the predicted inputs: sent every tick. */
  readonly #intents = new Map<string, Input>();
  readonly #meter = new LinkMeter();
  readonly #handoffs = new HandoffMeter();
  readonly #moment: ShownMoment = { frame: 0, tick: Number.NaN, newestTick: -1 };
  readonly #entered = Promise.withResolvers<void>();
  #state: WorldState = { phase: "connecting", message: "Finding a server for you…" };
  #server: ServerInfo | undefined;
  #avatar: OwnAvatar<C, I> | undefined;
  #me: Me<C> | undefined;
  #others: Others | undefined;
  #reader: SnapshotReader | undefined;
  #serverClock: ServerClock | undefined;
  #schedule: TickSchedule | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastHeardMs = 0;
  #lastPingMs = 0;
  #lostInputs = 0;

  constructor(options: ConnectorOptions & { readonly game: Game<C, I> }) {
    this.#game = options.game;
    this.#schema = options.schema;
    this.#clock = options.clock;
    this.#entered.promise.catch(() => {});
    this.#connector = new Connector(options, {
      onState: (link) => this.#changeState(worldStateFrom(link)),
      onWelcome: (welcome) => this.#welcome(welcome),
      onSnapshot: (bytes) => this.#applySnapshot(bytes),
      onPong: (pong) => this.#meter.roundTrip(this.#clock.nowMs() - pong.clientTimeMs),
      onClosing: (closing) => this.#events.emit("closing", closing),
      onTrouble: (message) => this.#events.emit("trouble", { message }),
      onBytes: (direction, count) => this.#countBytes(direction, count),
    });
  }

  /** Starts to connect; done when the avatar stands in the world. Rejects with `WorldClosedError`. */
  async enter(): Promise<void> {
    this.#connector.start();
    await this.#entered.promise;
  }

  get state(): WorldState {
    return this.#state;
  }

  /** The server of the current or last link. */
  get server(): ServerInfo | undefined {
    return this.#server;
  }

  /** The own avatar, ahead of the server by prediction; `undefined` until the first snapshot. */
  get me(): (SeenEntity & { readonly entity: Entity<C> }) | undefined {
    return this.#avatar?.hasState ? this.#me : undefined;
  }

  /** Everybody and everything else in sight, by id. */
  get entities(): ReadonlyMap<EntityId, SeenEntity> {
    return this.#others?.entities ?? NOBODY;
  }

  /** Number of the newest snapshot. */
  get tick(): number {
    return this.#serverClock?.newestTick ?? 0;
  }

  get stats(): LinkStats & {
    readonly othersDelayMs: number;
    readonly unacknowledgedInputs: number;
    /** Number of the newest input that the server has applied, and all before it. */
    readonly appliedInputs: number;
    /** Inputs whose fate is unknown, because their avatar was gone when the link came back. */
    readonly lostInputs: number;
    readonly lastCorrectionMetres: number;
    /** How often the avatar went on at another server. */
    readonly handoffs: number;
    /** How long the last of them was felt, in milliseconds; `NaN` before the first is measured. */
    readonly lastInterruptionMs: number;
    /** Silent links to servers that may have the avatar next or had it last. */
    readonly warmLinks: number;
  } {
    return {
      ...this.#meter.read(this.#clock.nowMs()),
      othersDelayMs: this.#serverClock?.delayMs ?? Number.NaN,
      unacknowledgedInputs: this.#inputs.pending.length,
      appliedInputs: this.#inputs.acknowledged,
      lostInputs: this.#lostInputs,
      lastCorrectionMetres: this.#avatar?.lastCorrectionMetres ?? 0,
      handoffs: this.#handoffs.count,
      lastInterruptionMs: this.#handoffs.last?.interruptionMs ?? Number.NaN,
      warmLinks: this.#connector.warmLinks,
    };
  }

  /** Answers a function that removes the listener. */
  on<K extends keyof WorldEvents>(name: K, listener: (payload: WorldEvents[K]) => void): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Does something. A kind that the game predicts is an intent: its newest values are sent every tick until they are
   * replaced. Any other kind is sent once and applied once, also over a lost connection.
   * Answers false when too much is waiting for the server.
   */
  input<K extends keyof I & string>(kind: K, values: ValuesOf<I[K]>): boolean {
    const schema = this.#schema.inputs.find((candidate) => candidate.name === kind);
    if (schema === undefined) throw new TypeError(`the game declares no input ${kind}`);
    const input: Input = { kind: schema.index, values: fitFields(schema.fields, values) };
    if (this.#game.definition.predict?.[kind] !== undefined) {
      this.#intents.set(kind, input);
      return true;
    }
    const isTaken = this.#inputs.push(input) !== undefined;
    this.#sendInputs();
    return isTaken;
  }

  /** Brings everything to what is to be shown now. Runs due ticks, so that a busy page does not delay them. */
  frame(nowMs: number = this.#clock.nowMs()): void {
    this.#runDueTicks(nowMs);
    this.#show(nowMs);
  }

  /** Tries again after the world was closed. */
  retry(): void {
    this.#connector.retry();
  }

  /** Goes to another zone by its name, over the backend. */
  travel(zone: string): void {
    this.#connector.travel(zone);
  }

  /** Leaves for good: the avatar goes at once, and nothing brings the player back but `retry`. */
  leave(): void {
    this.#connector.leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.leave();
    this.#events.clear();
  }

  #changeState(state: WorldState): void {
    const before = this.#state;
    this.#state = state;
    if (before.phase === "in-world" && state.phase !== "in-world") {
      clearTimeout(this.#timer);
      this.#events.emit("disconnected", { message: state.message });
    }
    if (state.phase === "closed") this.#entered.reject(new WorldClosedError(state));
    if (state.phase === "in-world" && this.#server !== undefined) {
      this.#scheduleTick();
      this.#events.emit("connected", this.#server);
    }
    if (before.phase !== state.phase || before.message !== state.message) this.#events.emit("state", state);
  }

  #welcome(welcome: Welcome): void {
    const nowMs = this.#clock.nowMs();
    const isSameAvatar = this.#avatar?.ref === welcome.entityId;
    const from = this.#server;
    const isHandoff = isSameAvatar && from !== undefined && from.zoneInstanceId !== welcome.zoneInstanceId;
    if (isHandoff) this.#handoffs.changed(from.serverName, welcome.serverName, nowMs);
    this.#lostInputs += isSameAvatar
      ? this.#inputs.reattach(welcome.lastInputSeq)
      : this.#inputs.restart(welcome.lastInputSeq);
    this.#server = { ...welcome };
    this.#reader = new SnapshotReader(this.#schema, welcome.classIndex);
    if (!isSameAvatar) {
      const { entityId: id, classIndex, bounds } = welcome;
      this.#avatar = new OwnAvatar({ game: this.#game, schema: this.#schema, id, classIndex, bounds });
      this.#me = new Me(this.#avatar);
    }
    this.#seeAnew(welcome, nowMs);
    // A way that is being shown goes on evenly: the own ticks keep their beat from server to server.
    if (this.#state.phase !== "in-world" || this.#schedule === undefined) {
      this.#schedule = new TickSchedule(welcome.tickHz, nowMs);
    }
    this.#lastHeardMs = nowMs;
    this.#lastPingMs = 0;
  }

  /** Others after a new link: the same objects when the ticks go on, which they do on the same server. */
  #seeAnew(welcome: Welcome, nowMs: number): void {
    const { entityId: ownId, tick, tickHz } = welcome;
    const expected = this.tick + ((nowMs - this.#lastHeardMs) / 1000) * tickHz;
    const sameTicks = this.#serverClock !== undefined && Math.abs(tick - expected) < tickHz;
    if (!sameTicks) this.#serverClock = new ServerClock(tickHz);
    if (this.#others === undefined) {
      this.#others = new Others({ classes: this.#game.definition.classes, tickHz, moment: this.#moment, ownId });
    } else {
      this.#others.reattach(ownId, tick, sameTicks);
    }
  }

  #applySnapshot(bytes: Uint8Array): void {
    const nowMs = this.#clock.nowMs();
    const parsed = this.#reader?.read(bytes);
    if (parsed === undefined) return;
    if (!parsed.ok) {
      this.#connector.lose(`The server sent something unreadable: ${parsed.reason}`);
      return;
    }
    const snapshot = parsed.value;
    this.#lastHeardMs = nowMs;
    this.#meter.snapshot(nowMs);
    this.#serverClock?.observe(snapshot.tick, nowMs);
    this.#inputs.acknowledge(snapshot.ackedSeq);
    this.#avatar?.correct(snapshot.own, this.#inputs.pending, nowMs);
    this.#others?.apply(snapshot);
    this.#show(nowMs);
    if (this.#avatar?.hasState) this.#entered.resolve();
    // A snapshot without an own section says that the avatar is as it was: an update as well.
    this.#measureHandoffs(nowMs);
    for (const event of snapshot.events) this.#events.emit("event", event);
    this.#events.emit("snapshot", { tick: snapshot.tick });
  }

  #measureHandoffs(nowMs: number): void {
    const jumpMetres = this.#avatar?.lastCorrectionMetres ?? 0;
    const measured = this.#handoffs.updated(nowMs, jumpMetres, () => this.#meter.read(nowMs).snapshotGapP50Ms);
    for (const handoff of measured) this.#events.emit("handoff", handoff);
  }

  #scheduleTick(): void {
    clearTimeout(this.#timer);
    const waitMs = this.#schedule?.waitMs(this.#clock.nowMs()) ?? 0;
    this.#timer = setTimeout(() => {
      this.#runDueTicks(this.#clock.nowMs());
      if (this.#state.phase === "in-world") this.#scheduleTick();
    }, waitMs);
  }

  #runDueTicks(nowMs: number): void {
    if (this.#state.phase !== "in-world") return;
    const due = this.#schedule?.take(nowMs) ?? 0;
    if (due === 0) return;
    const silentMs = nowMs - this.#lastHeardMs;
    if (silentMs > SILENCE_MS) {
      this.#connector.lose("The server fell silent.");
      return;
    }
    for (let i = 0; i < due; i++) this.#runTick(silentMs > STALL_MS);
    this.#sendInputs();
    if (nowMs - this.#lastPingMs >= PING_INTERVAL_MS) {
      this.#lastPingMs = nowMs;
      this.#connector.send(encodeClientMessage({ type: "ping", clientTimeMs: nowMs }, this.#schema));
    }
  }

  #runTick(isStalled: boolean): void {
    this.#avatar?.beginTick();
    if (isStalled || !this.#avatar?.hasState) return;
    for (const intent of this.#intents.values()) {
      const input = this.#inputs.push(intent);
      if (input !== undefined) this.#avatar.predict(input);
    }
  }

  #sendInputs(): void {
    while (this.#connector.isReady) {
      const inputs = this.#inputs.takeUnsent(MAX_INPUTS_PER_MESSAGE);
      const first = inputs[0];
      if (first === undefined) return;
      const message = { type: "inputs", seenTick: Math.max(0, this.tick), firstSeq: first.seq, inputs } as const;
      this.#connector.send(encodeClientMessage(message, this.#schema));
    }
  }

  #show(nowMs: number): void {
    const clock = this.#serverClock;
    if (clock === undefined) return;
    this.#moment.frame++;
    this.#moment.tick = clock.shownTick(nowMs);
    this.#moment.newestTick = clock.newestTick;
    this.#me?.show(nowMs, this.#schedule?.part(nowMs) ?? 1);
  }

  #countBytes(direction: "in" | "out", count: number): void {
    const nowMs = this.#clock.nowMs();
    if (direction === "in") this.#meter.received(count, nowMs);
    else this.#meter.sent(count, nowMs);
  }
}

const NOBODY: ReadonlyMap<EntityId, SeenEntity> = new Map();

/** What the server will read: the values as their fields can hold them, so that both ends predict with the same. */
function fitFields(fields: Fields, values: Readonly<Record<string, FieldValue>>): Record<string, FieldValue> {
  const fitted: Record<string, FieldValue> = {};
  for (const [name, field] of Object.entries(fields)) fitted[name] = fitField(field, values[name] ?? field.initial);
  return fitted;
}
