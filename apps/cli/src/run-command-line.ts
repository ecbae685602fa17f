import { didYouMean } from "./closest-name.ts";
import { type CommandIo, UsageError } from "./command.ts";
import { type CommandEntry, commandTable } from "./command-table.ts";

/** Runs one command line and answers the exit code: 0 done, 1 failed, 2 the line made no sense. */
export async function runCommandLine(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  try {
    if (name === undefined || name === "help" || name === "--help" || name === "-h") return await help(rest, io);
    if (name === "--version" || name === "-v") return await version(io);
    const command = await entryOf(name).load();
    // What a zone server is given may look like anything; only its first word can ask for help.
    const asksForHelp = name === "zone" ? isHelp(rest[0]) : rest.some(isHelp);
    if (asksForHelp) return await help([name], io);
    return await command.run(rest, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`ows: ${error.message}`);
    io.err(name !== undefined && isCommand(name) ? `Run \`ows help ${name}\`.` : "Run `ows help`.");
    return 2;
  }
}

async function help(argv: readonly string[], io: CommandIo): Promise<number> {
  const { commandHelp, overviewHelp } = await import("./print-help.ts");
  const [name, ...rest] = argv;
  if (rest.length > 0) throw new UsageError(`ows help takes one command, got ${argv.join(" ")}`);
  io.out(
    name === undefined || name === "help" ? overviewHelp(commandTable) : await commandHelp(await entryOf(name).load()),
  );
  return 0;
}

async function version(io: CommandIo): Promise<number> {
  const { default: manifest } = await import("../package.json", { with: { type: "json" } });
  io.out(`ows ${manifest.version} (Node ${process.versions.node})`);
  return 0;
}

function entryOf(name: string): CommandEntry {
  const entry = commandTable.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = [...commandTable.map((candidate) => candidate.name), "help"];
  const kind = name.startsWith("-") ? "option" : "command";
  throw new UsageError(`there is no ${kind} ${name}; the commands are ${names.join(", ")}.${didYouMean(name, names)}`);
}

function isCommand(name: string): boolean {
  return commandTable.some((candidate) => candidate.name === name);
}

function isHelp(word: string | undefined): boolean {
  return word === "--help" || word === "-h";
}
