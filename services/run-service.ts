import { join } from "node:path";
import {
  createLogger,
  type Logger,
  type LogLevel,
  parse,
  processRegistry,
  type Registry,
  readSettings,
  runUntilStopped,
  type Setting,
  type SettingsOf,
  type SettingsTable,
  settingsHelp,
} from "@ows/service-kit";
import { openSqliteStore, type Store } from "@ows/store";

/** Where the database is, for every program that opens it. */
export const dataSettings = {
  dataDir: {
    env: "OWS_DATA_DIR",
    help: "Folder of the database and of generated secrets",
    fallback: "./.ows",
    parse: parse.text,
  },
} as const;

/** The database file in a data folder. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, "ows.sqlite");
}

/** What a service gets from the program that runs it. */
export type Resources = { readonly store: Store; readonly logger: Logger; readonly registry: Registry };

/** Runs one service as a program: settings from the environment, a database connection of its own, a clean stop. */
export async function runService<Table extends SettingsTable & { readonly logLevel: Setting<LogLevel> }>(
  name: string,
  table: Table,
  start: (settings: SettingsOf<Table>, resources: Resources) => Promise<AsyncDisposable>,
): Promise<void> {
  const everything = { ...table, ...dataSettings };
  if (process.argv.includes("--help")) return console.log(`${name} reads:\n${settingsHelp(everything)}`);
  await runUntilStopped(async () => {
    const settings = readSettings(everything, process.env);
    const logger = createLogger({ name, level: settings.logLevel });
    await using resources = new AsyncDisposableStack();
    const store = resources.use(await openSqliteStore({ file: databaseFile(settings.dataDir) }));
    resources.use(await start(settings, { store, logger, registry: processRegistry() }));
    return resources.move();
  });
}
