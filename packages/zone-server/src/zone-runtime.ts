import type { Clock, IdSource } from "@ows/base";
import type { Game } from "@ows/game";
import { type GameSchema, schemaOf } from "@ows/protocol/game";
import type { Logger } from "@ows/service-kit";
import type { Characters, RefusedSave } from "./backend/characters.ts";
import { type Inspection, inspect, Rates } from "./inspect/inspect.ts";
import { answerInspect } from "./inspect/inspect-request.ts";
import { GameLink, type GameLinkCounts, type GameLinkHandlers } from "./link/game-link.ts";
import type { Admission } from "./players/admission.ts";
import { FrontDesk } from "./players/front-desk.ts";
import type { PlayerEnding } from "./players/player.ts";
import { Players } from "./players/players.ts";
import { SaveQueue } from "./players/save-queue.ts";
import { SnapshotPace } from "./snapshot/snapshot-pace.ts";
import { SnapshotSender } from "./snapshot/snapshot-sender.ts";
import { TickLoop } from "./tick/tick-loop.ts";
import { TickTimes } from "./tick/tick-times.ts";
import { HandlerFaults } from "./world/handler-faults.ts";
import { World } from "./world/world.ts";
import type { ZoneSettings } from "./zone-settings.ts";

export type ZoneRuntimeOptions = {
  readonly game: Game;
  readonly zoneName: string;
  readonly zoneInstanceId: number;
  readonly settings: ZoneSettings;
  readonly ids: IdSource;
  readonly characters: Characters;
  readonly admission: Admission;
  readonly clock: Clock;
  /** Mesh time in milliseconds: what ticks are numbered by. */
  readonly meshMs: () => number;
  readonly logger: Logger;
  /** Who may look at `GET /inspect`; nobody when not given. */
  readonly inspectCredential: string | undefined;
  readonly onPresence: (characterName: string, isPresent: boolean) => void;
};

/** The world of one zone with its players, its game port and its ticks: everything but the ways to the backend. */
export class ZoneRuntime {
  readonly world: World;
  readonly schema: GameSchema;
  readonly times: TickTimes;
  readonly players: Players;
  readonly desk: FrontDesk;
  readonly sender: SnapshotSender;
  readonly saves: SaveQueue;
  readonly pace: SnapshotPace;
  readonly #options: ZoneRuntimeOptions;
  readonly #rates: Rates;
  #link: GameLink | undefined;
  #skippedTicks = 0;
  #loop: TickLoop | undefined;

  private constructor(options: ZoneRuntimeOptions) {
    this.#options = options;
    const { game, settings, clock, logger, zoneName, zoneInstanceId } = options;
    const { viewCap, linkDeadMs, saveEveryMs } = settings;
    this.schema = schemaOf(game);
    const faults = new HandlerFaults(logger);
    this.world = new World({ game, zoneName, ids: options.ids, faults, seed: `${zoneName} ${zoneInstanceId}` });
    this.times = new TickTimes(clock.nowMs());
    this.saves = new SaveQueue({
      characters: options.characters,
      logger,
      onRefused: (refused) => this.#saveRefused(refused),
    });
    const { world, schema, times, saves } = this;
    const serverName = `${zoneName}-${zoneInstanceId}`;
    this.players = new Players({
      ...{ world, schema, saves, clock, zoneInstanceId, serverName, viewCap, linkDeadMs, saveEveryMs },
      onPresence: options.onPresence,
    });
    const { characters, admission, ids } = options;
    this.desk = new FrontDesk({
      ...{ players: this.players, characters, saves, admission, ids, clock, logger },
      gameHash: schema.hash,
      hardCap: settings.hardPlayerCap,
    });
    this.sender = new SnapshotSender({ world, schema, times, clock, viewCap });
    this.pace = new SnapshotPace(game.definition.tickHz);
    this.#rates = new Rates(clock.nowMs());
  }

  /** Opens the game port and starts ticking. Rejects when the port is taken. */
  static async start(options: ZoneRuntimeOptions): Promise<ZoneRuntime> {
    const runtime = new ZoneRuntime(options);
    await runtime.#open();
    return runtime;
  }

  get port(): number {
    return this.#link?.port ?? 0;
  }

  get linkCounts(): GameLinkCounts | undefined {
    return this.#link?.counts;
  }

  /** What the live map shows. */
  inspect(): Inspection {
    const { zoneInstanceId, clock } = this.#options;
    this.#rates.update(clock.nowMs(), this.#link?.bytesOut ?? 0);
    return inspect(this, zoneInstanceId, this.#rates);
  }

  /**
   * Tells every client why, saves and releases every character, and frees the port. What is not stored by the deadline
   * is lost to the last periodic save: the answer says how many characters that were.
   */
  async stop(ending: PlayerEnding): Promise<{ readonly unsaved: number }> {
    const { clock, settings } = this.#options;
    const deadlineMs = clock.nowMs() + settings.stopWithinMs;
    const left = () => Math.max(0, deadlineMs - clock.nowMs());
    await within(left() / 2, this.desk.close(ending));
    this.#loop?.[Symbol.dispose]();
    this.sender.finish();
    this.world.simulate(this.world.tick + 1, () => {
      for (const player of this.players.all) this.players.end(player, ending);
      this.players.step();
    });
    await Promise.all([within(left(), this.saves.drained()), this.#link?.[Symbol.asyncDispose]()]);
    const unsaved = this.saves.size;
    this.saves[Symbol.dispose]();
    return { unsaved };
  }

  async #open(): Promise<void> {
    const { settings, clock, meshMs, game } = this.#options;
    const { host, port, maxConnections, attachDeadlineMs } = settings;
    const { schema, times } = this;
    const handlers = this.#handlers();
    this.#link = await GameLink.listen({
      ...{ host, port, maxConnections, attachDeadlineMs, schema, clock, handlers },
    });
    const { tickHz } = game.definition;
    this.world.simulate(Math.floor((meshMs() * tickHz) / 1000), () => this.world.populate());
    this.#loop = new TickLoop({ tickHz, meshMs, times, runTick: (tick) => this.#runTick(tick) });
  }

  #handlers(): GameLinkHandlers {
    const { players, desk } = this;
    return {
      attach: (connection, message) => void desk.attach(connection, message),
      inputs: (connection, { firstSeq, inputs }) => players.byConnection(connection)?.inputs.add(firstSeq, inputs),
      leave: (connection) => {
        const player = players.byConnection(connection);
        if (player === undefined) connection.close("left", "the player left");
        else players.end(player, { code: "left", reason: "the player left", keep: "save" });
      },
      closed: (connection) => players.lost(connection),
      tick: () => this.world.tick,
      request: (request, response) =>
        answerInspect(request, response, this.#options.inspectCredential, () => this.inspect()),
    };
  }

  #runTick(tick: number): void {
    const { clock } = this.#options;
    const { world, players, times } = this;
    this.sender.finish();
    this.#keepPace();
    world.simulate(tick, () => {
      const start = clock.nowMs();
      players.step();
      const inputsDone = clock.nowMs();
      world.runTimers();
      world.runSystems();
      const systemsDone = clock.nowMs();
      world.runCalls();
      times.spent("inputs", inputsDone - start);
      times.spent("systems", systemsDone - inputsDone);
      times.spent("calls", clock.nowMs() - systemsDone);
    });
    players.saveDue();
    world.calls.flushAnswers();
    if (this.pace.isDue(tick)) this.sender.begin(tick, players.all);
    else times.finishTick(clock.nowMs());
  }

  #keepPace(): void {
    const { game, logger } = this.#options;
    const { skippedTicks, lastTickMs } = this.times;
    // A skipped tick is one that had no time at all.
    const hasSkipped = skippedTicks > this.#skippedTicks;
    this.#skippedTicks = skippedTicks;
    const share = hasSkipped ? 2 : (lastTickMs * game.definition.tickHz) / 1000;
    if (!this.pace.note(share)) return;
    logger.warn({ every: this.pace.every, tick: this.times.tick }, "snapshots go out at another pace");
  }

  /** Somebody else holds the character: what we have of it is worth nothing, and its player must hear it. */
  #saveRefused({ characterName, reason }: RefusedSave): void {
    this.#options.logger.warn({ characterName, reason }, "a save was refused: the character leaves this server");
    const player = this.players.byName(characterName);
    if (player === undefined) return;
    this.players.end(player, {
      code: "replaced",
      reason: `this character is played elsewhere (${reason})`,
      keep: "discard",
    });
  }
}

/** Waits for a promise, but not longer than `ms`. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, overdue]);
  clearTimeout(timer);
}
