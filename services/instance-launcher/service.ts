import { type Clock, Prng } from "@ows/base";
import type { Bus, Delivery } from "@ows/bus";
import { prepareToReceive, serverShutDown, serverSpinUp } from "@ows/protocol/bus";
import type { Logger } from "@ows/service-kit";
import { preparationToWire } from "./children/preparation-wire.ts";
import { ZoneChildren } from "./children/zone-children.ts";
import type { LauncherSettings } from "./settings.ts";
import { launcherGuid } from "./world-server/launcher-guid.ts";
import { pause } from "./world-server/pause.ts";
import { WorldServer } from "./world-server/world-server.ts";

/** Orders that may wait; a launcher acts on each at once. */
const QUEUE_CAPACITY = 256;
const GOODBYE_TIMEOUT_MS = 700;

export interface LauncherParts {
  readonly settings: LauncherSettings;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly clock: Clock;
  /** What children inherit, apart from our own variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A running launcher. Disposing it stops every child within the grace, kills the rest, and deregisters. */
export interface Launcher extends AsyncDisposable {
  /** Resolves when it is registered, listens for orders and has been heard. */
  readonly ready: Promise<void>;
  readonly worldServerId: number | undefined;
  readonly children: readonly { readonly zoneInstanceId: number; readonly pid: number; readonly state: string }[];
}

/** Starts a launcher. It returns once leftovers of a former one are gone; see `ready` for the rest. */
export async function startLauncher(parts: LauncherParts): Promise<Launcher> {
  const launcher = new RunningLauncher(parts);
  await launcher.open();
  return launcher;
}

class RunningLauncher implements Launcher {
  readonly ready: Promise<void>;
  readonly #parts: LauncherParts;
  readonly #children: ZoneChildren;
  readonly #worldServer: WorldServer;
  readonly #stop = new AbortController();
  readonly #reports = new Set<Promise<void>>();
  readonly #resolveReady: () => void;
  #worldServerId: number | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: LauncherParts) {
    const { settings, logger, clock, env } = parts;
    this.#parts = parts;
    const guid = launcherGuid(settings.dataDir);
    this.#worldServer = new WorldServer(settings, guid, Prng.fromSeed(guid), logger);
    this.#children = new ZoneChildren({
      settings,
      logger,
      env,
      nowMs: () => clock.nowMs(),
      onExit: (zoneInstanceId, exit) => {
        const report = this.#worldServer
          .reportExit(zoneInstanceId, exit, this.#stop.signal)
          .catch((error: unknown) => logger.error({ err: error }, "an exit could not be reported"))
          .finally(() => this.#reports.delete(report));
        this.#reports.add(report);
      },
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#resolveReady = resolve;
  }

  get worldServerId(): number | undefined {
    return this.#worldServerId;
  }

  get children() {
    return this.#children.list();
  }

  async open(): Promise<void> {
    await this.#children.open();
    this.#loop = this.#serve().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.#parts.logger.error({ err: error }, "the launcher can't go on");
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The children first: they still need everybody to save.
    await this.#children[Symbol.asyncDispose]();
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#reports);
    if (this.#worldServerId !== undefined) await this.#worldServer.leave(this.#worldServerId, GOODBYE_TIMEOUT_MS);
  }

  /** Registers, listens and beats, and begins again whenever instance-management has forgotten us. */
  async #serve(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const worldServerId = await this.#worldServer.enter(signal);
      this.#worldServerId = worldServerId;
      await using _orders = await this.#listen(worldServerId, signal);
      this.#parts.logger.info({ worldServerId }, "launcher listens for orders");
      // Answered "no": register again. Not answered: go on, it may only be restarting.
      while ((await this.#worldServer.beat(worldServerId, this.#children.list(), signal)) !== false) {
        this.#resolveReady();
        await pause(this.#parts.settings.heartbeatMs, signal);
      }
    }
  }

  async #listen(worldServerId: number, signal: AbortSignal): Promise<AsyncDisposable> {
    const bindings = [
      { exchange: serverSpinUp, routingKey: serverSpinUp.routingKey(worldServerId) },
      { exchange: serverShutDown, routingKey: serverShutDown.routingKey(worldServerId) },
      { exchange: prepareToReceive, routingKey: prepareToReceive.routingKey(worldServerId) },
    ];
    for (;;) {
      try {
        return await this.#parts.bus.consume({ bindings, capacity: QUEUE_CAPACITY }, (order) => this.#obey(order));
      } catch (error) {
        this.#parts.logger.warn({ err: error }, "the message bus can't be reached yet");
        await pause(500, signal);
      }
    }
  }

  #obey({ exchange, body }: Delivery): void {
    if (exchange === serverSpinUp.exchange) this.#spinUp(body);
    else if (exchange === prepareToReceive.exchange) this.#prepareToReceive(body);
    else this.#shutDown(body);
  }

  #spinUp(body: Uint8Array): void {
    const { settings, logger } = this.#parts;
    const decoded = serverSpinUp.decode(body);
    if (!decoded.ok) {
      logger.warn({ reason: decoded.reason }, "an order that can't be read");
      return;
    }
    const { customerGuid, zoneInstanceId, mapName, port } = decoded.message;
    if (customerGuid !== settings.customerGuid) {
      logger.warn({ customerGuid, zoneInstanceId }, "an order of another customer");
      return;
    }
    const refusal = this.#children.start({ zoneInstanceId, mapName: mapName ?? "", port });
    if (refusal === undefined) return;
    logger.warn({ zoneInstanceId, refusal }, "an order that can't be carried out");
    const exit = { pid: 0, exitCode: null, signal: null, reason: refusal };
    void this.#worldServer.reportExit(zoneInstanceId, exit, this.#stop.signal);
  }

  /** Passed on, or dropped: whoever asked asks again as long as it has no link. */
  #prepareToReceive(body: Uint8Array): void {
    const { settings, logger } = this.#parts;
    const decoded = prepareToReceive.decode(body);
    if (!decoded.ok || decoded.message.customerGuid !== settings.customerGuid) {
      logger.warn({ reason: decoded.ok ? "another customer" : decoded.reason }, "a handoff that is not for us");
      return;
    }
    const { zoneInstanceId } = decoded.message;
    const told = preparationToWire(decoded.message);
    if (told === undefined) logger.warn({ zoneInstanceId }, "a handoff from a server without an address");
    else if (!this.#children.tell(zoneInstanceId, told)) logger.warn({ zoneInstanceId }, "a handoff to nobody here");
  }

  #shutDown(body: Uint8Array): void {
    const { settings, logger } = this.#parts;
    const decoded = serverShutDown.decode(body);
    if (!decoded.ok || decoded.message.customerGuid !== settings.customerGuid) {
      logger.warn({ reason: decoded.ok ? "another customer" : decoded.reason }, "a shut-down that is not for us");
      return;
    }
    const { zoneInstanceId } = decoded.message;
    if (this.#children.stop(zoneInstanceId, "instance-management asked for it")) return;
    // Not running, or not any more: whoever asked waits for this word.
    const exit = { pid: 0, exitCode: null, signal: null, reason: "is not running" };
    void this.#worldServer.reportExit(zoneInstanceId, exit, this.#stop.signal);
  }
}
