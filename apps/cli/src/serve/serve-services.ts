import { type Bus, MemoryBroker, MemoryBus, serveBroker } from "@ows/bus";
import { createLogger, type Logger, logLevel, PortTakenError, readSettings, runUntilStopped } from "@ows/service-kit";
import { busFromSettings, busSettings } from "@ows/services/bus-from-settings.ts";
import { databaseFile, dataSettings } from "@ows/services/run-service.ts";
import { systemClock } from "@ows/services/system-clock.ts";
import { openSqliteStore } from "@ows/store";
import type { CommandIo, SettingsGroup } from "../command.ts";
import { type RunnableService, SERVICE_NAMES, settingsGroups, startService } from "../services.ts";

/** What `ows serve` can run: the services, and the bus for those that have no broker yet. */
export const SERVABLE = ["bus", ...SERVICE_NAMES] as const;
export type Servable = (typeof SERVABLE)[number];

const sharedSettings = { ...dataSettings, ...busSettings, logLevel } as const;
type Shared = { readonly busHost: string; readonly busPort: number; readonly serviceSecret: string };
/** An instance-management whose bus is away can't start a zone; it says so after this long. */
const BUS_PATIENCE_MS = 3000;

export function isServable(name: string): name is Servable {
  return SERVABLE.some((known) => known === name);
}

export function serveSettingsGroups(): readonly SettingsGroup[] {
  return [{ title: "Environment of all", table: sharedSettings }, ...settingsGroups(SERVICE_NAMES)];
}

/** Runs the named services until a signal comes. Answers the exit code. */
export async function serveServices(wanted: readonly Servable[], io: CommandIo): Promise<number> {
  await runUntilStopped(async () => {
    const settings = readSettings(sharedSettings, io.env);
    const loggerFor = (name: string) => createLogger({ name, level: settings.logLevel });
    await using stack = new AsyncDisposableStack();
    const bus = stack.use(await openBus(wanted, settings, loggerFor("bus"), stack));
    const store = stack.use(await openSqliteStore({ file: databaseFile(settings.dataDir) }));
    const parts = { env: io.env, store, bus, clock: systemClock, loggerFor };
    for (const name of inOrder(wanted)) stack.use(await startService(name, parts));
    return stack.move();
  });
  return Number(process.exitCode ?? 0);
}

/** The bus of this process when it serves one, else a session with the one that another process serves. */
async function openBus(
  wanted: readonly Servable[],
  settings: Shared,
  logger: Logger,
  stack: AsyncDisposableStack,
): Promise<Bus> {
  if (wanted.includes("bus")) {
    const broker = new MemoryBroker((error) => logger.error({ err: error }, "a message was not handled"));
    const { busHost: host, busPort: port, serviceSecret: secret } = settings;
    const server = stack.use(await listenOrSayWhy(serveBroker({ broker, secret, host, port }), host, port));
    logger.info({ host, port: server.port }, "the bus listens");
    return new MemoryBus(broker);
  }
  const bus = busFromSettings(settings, logger);
  if (wanted.includes("instance-management")) sayWhenAway(bus, settings, logger, stack);
  return bus;
}

async function listenOrSayWhy<Server>(starting: Promise<Server>, host: string, port: number): Promise<Server> {
  try {
    return await starting;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw new PortTakenError("the bus", host, port, error);
    }
    throw error;
  }
}

function sayWhenAway(bus: Bus, { busHost, busPort }: Shared, logger: Logger, stack: AsyncDisposableStack): void {
  const timer = setTimeout(() => {
    if (bus.isConnected) return;
    logger.error(
      `there is no bus at ${busHost}:${busPort}, so no zone can be started. Run \`ows serve bus instance-management\` ` +
        "in one process, or `ows serve bus` in another with the same OWS_BUS_PORT and OWS_SERVICE_SECRET.",
    );
  }, BUS_PATIENCE_MS);
  stack.defer(() => clearTimeout(timer));
}

function inOrder(wanted: readonly Servable[]): readonly RunnableService[] {
  return SERVICE_NAMES.filter((name) => wanted.includes(name));
}
