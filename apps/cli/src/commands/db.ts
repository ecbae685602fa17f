import { resolve } from "node:path";
import { didYouMean } from "../closest-name.ts";
import { type Command, type CommandIo, UsageError } from "../command.ts";
import { type ParsedLine, parseCommandLine } from "../parse-command-line.ts";

const ACTIONS = ["migrate", "check"] as const;

export const db: Command = {
  name: "db",
  summary: "Bring a database to the current schema, or check it",
  usage: ["ows db migrate [options]", "ows db check [options]"],
  about: `migrate adds the tables, columns and indexes that are missing; an OWS database keeps what it has. check changes
nothing, prints every difference, and exits with code 1 when there is one.`,
  options: {
    "data-dir": { type: "string", value: "path", help: "Folder of the database (default $OWS_DATA_DIR or ./.ows)" },
    seed: { type: "boolean", help: "After migrate: add the development zones, class and customer if missing" },
  },
  examples: [
    { line: "ows db migrate", does: "make or update ./.ows/ows.sqlite" },
    { line: "ows db check --data-dir /srv/ows", does: "before a new version goes live" },
  ],
  async settings() {
    const { devSettings } = await import("../dev/dev-settings.ts");
    const { customerGuid, dataDir } = devSettings;
    return [{ title: "Environment", table: { dataDir, customerGuid } }];
  },
  async run(argv, io) {
    const line = parseCommandLine(db, argv);
    const [action, ...rest] = line.positionals;
    if (action === undefined || rest.length > 0) throw new UsageError(`ows db takes one of ${ACTIONS.join(", ")}`);
    if (action === "migrate") return migrate(line, io);
    if (action === "check") return check(line, io);
    throw new UsageError(`ows db can't ${action}; it can ${ACTIONS.join(" and ")}.${didYouMean(action, ACTIONS)}`);
  },
};

async function migrate(line: ParsedLine, io: CommandIo): Promise<number> {
  const { openSqliteStore, seedDevelopment } = await import("@ows/store");
  const file = await fileOf(line, io);
  await using store = await openSqliteStore({ file });
  io.out(`${file}: ${store.migrated.length === 0 ? "is current" : `ran ${store.migrated.join(", ")}`}`);
  if (line.flags.seed === true) {
    const { readSettings } = await import("@ows/service-kit");
    const { devSettings } = await import("../dev/dev-settings.ts");
    const { customerGuid } = readSettings({ customerGuid: devSettings.customerGuid }, io.env);
    for (const step of await seedDevelopment(store, { customerGuid })) io.out(`  ${step.what}: ${step.done}`);
  }
  return 0;
}

async function check(line: ParsedLine, io: CommandIo): Promise<number> {
  const [{ openSqliteStore }, { existsSync }] = await Promise.all([import("@ows/store"), import("node:fs")]);
  const file = await fileOf(line, io);
  if (!existsSync(file)) {
    io.err(`ows db: there is no database ${file}; \`ows db migrate\` makes one.`);
    return 1;
  }
  await using store = await openSqliteStore({ file, migrate: false });
  const problems = await store.checkSchema();
  for (const problem of problems) io.out(`  ${problem.message}`);
  io.out(`${file}: ${problems.length === 0 ? "the schema is as it should be" : `${problems.length} differences`}`);
  return problems.length === 0 ? 0 : 1;
}

async function fileOf(line: ParsedLine, io: CommandIo): Promise<string> {
  const { databaseFile } = await import("@ows/services/run-service.ts");
  const given = line.texts["data-dir"] ?? (io.env.OWS_DATA_DIR || ".ows");
  return databaseFile(resolve(io.cwd, given));
}
