import { ByteWriter, type Clock } from "@ows/base";
import { dropDead, scheduleRecords, ViewChanges, ViewSelector } from "@ows/mesh";
import { type ClassSchema, type GameSchema, writeSnapshot } from "@ows/protocol/game";
import type { Player } from "../players/player.ts";
import type { TickTimes } from "../tick/tick-times.ts";
import type { World } from "../world/world.ts";
import type { ClientStream } from "./client-stream.ts";
import { SharedRecords } from "./shared-records.ts";

/** Clients served before other work of the event loop gets its turn. */
const BATCH = 24;
const NOBODY: readonly number[] = [];
/** A power of two. */
const LOOK_EVERY = 2;
/** A client that has more than this unread gets no snapshot until it has drained. */
const SLOW_ABOVE_BYTES = 64 * 1024;
/** A client that has not drained for this long is dropped. */
const STUCK_FOR_MS = 5_000;

export type SnapshotSenderOptions = {
  readonly world: World;
  readonly schema: GameSchema;
  readonly times: TickTimes;
  readonly clock: Clock;
  readonly viewCap: number;
};

/**
 * One message per client and tick. The state is taken at once, at the end of the tick; the messages go out in batches
 * between which the event loop breathes. Nothing changes the state between two batches.
 */
export class SnapshotSender {
  readonly #options: SnapshotSenderOptions;
  readonly #records: SharedRecords;
  readonly #selector: ViewSelector;
  readonly #changes: ViewChanges;
  readonly #writer = new ByteWriter(4096);
  readonly #full: Uint8Array[] = [];
  readonly #deltas: Uint8Array[] = [];
  #queue: readonly Player[] = [];
  #next = 0;
  #tick = 0;
  #immediate: NodeJS.Immediate | undefined;
  /** Snapshots that slow clients did not get. */
  skippedSnapshots = 0;

  constructor(options: SnapshotSenderOptions) {
    this.#options = options;
    this.#records = new SharedRecords(options.world.store, options.schema);
    this.#selector = new ViewSelector(options.world.game.definition.viewRadius);
    this.#changes = new ViewChanges(options.viewCap);
  }

  /** Takes the state of this tick and starts to send it. What is left of the tick before must be finished first. */
  begin(tick: number, players: readonly Player[]): void {
    const { clock, times } = this.#options;
    const start = clock.nowMs();
    this.#tick = tick;
    this.#records.begin();
    this.#queue = players;
    this.#next = 0;
    times.spent("encode", clock.nowMs() - start);
    this.#sendBatch();
  }

  /** Sends what is left now. */
  finish(): void {
    if (this.#immediate === undefined) return;
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    this.#sendUpTo(this.#queue.length);
    this.#options.times.finishTick(this.#options.clock.nowMs());
  }

  /**
   * Tells a client how its own avatar stands, between two snapshots: its former server had no time left to. Others
   * follow with the next snapshot, whose records are shared.
   */
  sendOwn(player: Player): void {
    const { stream } = player;
    if (stream === undefined || !player.isAlive) return;
    this.#changes.reset();
    this.#encode(player, stream);
    stream.connection.send(this.#writer.written());
  }

  readonly #sendBatch = (): void => {
    this.#immediate = undefined;
    this.#sendUpTo(this.#next + BATCH);
    if (this.#next < this.#queue.length) this.#immediate = setImmediate(this.#sendBatch);
    else this.#options.times.finishTick(this.#options.clock.nowMs());
  };

  #sendUpTo(end: number): void {
    for (; this.#next < end && this.#next < this.#queue.length; this.#next++) {
      const player = this.#queue[this.#next] as Player;
      if (player.stream !== undefined && player.isAlive) this.#sendTo(player, player.stream);
    }
  }

  #sendTo(player: Player, stream: ClientStream): void {
    if (this.#isStuck(stream)) return;
    const { clock, times } = this.#options;
    const start = clock.nowMs();
    const changes = this.#changes;
    changes.reset();
    const { sequence } = this.#records;
    this.#look(player, stream, sequence);
    scheduleRecords(stream.view, sequence, changes);
    const selected = clock.nowMs();
    this.#encode(player, stream);
    const encoded = clock.nowMs();
    stream.connection.send(this.#writer.written());
    times.spent("interest", selected - start);
    times.spent("encode", encoded - selected);
    times.spent("send", clock.nowMs() - encoded);
  }

  /** Who is in sight changes slowly: each client looks around every second snapshot, half of them in each. */
  #look({ slot }: Player, { view }: ClientStream, sequence: number): void {
    const { store, grid } = this.#options.world;
    const isTurnToLook = ((sequence + slot) & (LOOK_EVERY - 1)) === 0;
    if (!isTurnToLook && view.count > 0) {
      dropDead(view, store.generation, this.#changes);
      return;
    }
    const viewer = { x: store.positions.x[slot] as number, y: store.positions.y[slot] as number, slot };
    this.#selector.select(view, viewer, grid, store.generation, sequence, this.#changes);
  }

  #encode(player: Player, stream: ClientStream): void {
    const { world, schema } = this.#options;
    const changes = this.#changes;
    this.#full.length = 0;
    this.#deltas.length = 0;
    for (let i = 0; i < changes.fullCount; i++) this.#full.push(this.#records.full(changes.full[i] as number));
    for (let i = 0; i < changes.deltaCount; i++) {
      const record = this.#records.delta(changes.deltas[i] as number, changes.deltaTiers[i] as number);
      if (record.length > 0) this.#deltas.push(record);
    }
    const ownSchema = schema.classes[world.store.classIndex[player.slot] as number] as ClassSchema;
    const ackedSeq = player.inputs.lastApplied;
    this.#writer.reset();
    writeSnapshot(this.#writer, {
      tick: this.#tick,
      ackedSeq,
      own: stream.ownState(world.store, player.slot, ownSchema, ackedSeq),
      ownSchema,
      gone: changes.goneCount === 0 ? NOBODY : Array.from(changes.gone.subarray(0, changes.goneCount)),
      full: this.#full,
      deltas: this.#deltas,
      events: stream.takeEvents(),
    });
  }

  /** A client that does not read is skipped, told everything anew once it has drained, and dropped if it never does. */
  #isStuck(stream: ClientStream): boolean {
    if (stream.connection.unsentBytes <= SLOW_ABOVE_BYTES) {
      stream.stuckSinceMs = undefined;
      return false;
    }
    const nowMs = this.#options.clock.nowMs();
    stream.stuckSinceMs ??= nowMs;
    stream.view.missedSnapshot();
    this.skippedSnapshots++;
    if (nowMs - stream.stuckSinceMs > STUCK_FOR_MS) {
      stream.connection.close("too-slow", "this client did not read what it was sent for 5 seconds", 2_000);
    }
    return true;
  }
}
