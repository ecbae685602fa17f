import { CallError } from "@ows/protocol/http";
import { createLogger, PortTakenError, readSettings, SettingsError } from "@ows/service-kit";
import { GameModuleError, loadGame } from "./load-game.ts";
import { startZoneServer, type ZoneServer } from "./start-zone-server.ts";
import { parseZoneArguments, ZoneArgumentsError } from "./zone-arguments.ts";
import { zoneProcessSettings } from "./zone-process-settings.ts";

/** How long the process may take from the wish to stop to its end. */
const END_WITHIN_MS = 4_000;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs a zone server until its launcher, the coordinator or a signal stops it. Answers the exit code: 0 after a clean
 * stop, 1 when it could not start.
 */
export async function runZoneServer(argv: readonly string[]): Promise<number> {
  const signalled = Promise.withResolvers<string>();
  const onSignal = (signal: NodeJS.Signals) => signalled.resolve(signal);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const place = parseZoneArguments(argv);
    const settings = readSettings(zoneProcessSettings, process.env);
    const logger = createLogger({ name: "zone-server", level: settings.logLevel });
    const game = await loadGame(settings.game);
    const starting = startZoneServer({ game, place, settings, logger });
    const started = await Promise.race([starting, signalled.promise]);
    if (typeof started === "string") return endWhenStarted(starting);
    const reason = await Promise.race([started.stopping, signalled.promise]);
    logger.debug({ reason }, "told to stop");
    endAnyway();
    await started[Symbol.asyncDispose]();
    return 0;
  } catch (error) {
    console.error(isOperatorMistake(error) ? error.message : error);
    return 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/** A signal came while it was starting: nobody has played here yet. */
async function endWhenStarted(starting: Promise<ZoneServer>): Promise<number> {
  endAnyway();
  await (await starting)[Symbol.asyncDispose]();
  return 0;
}

/** Whatever still hangs then, players have been told and the launcher would kill the process anyway. */
function endAnyway(): void {
  setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
}

function isOperatorMistake(error: unknown): error is Error {
  return [ZoneArgumentsError, SettingsError, GameModuleError, PortTakenError, CallError].some(
    (kind) => error instanceof kind,
  );
}
