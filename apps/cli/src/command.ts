import type { SettingsTable } from "@ows/service-kit";

/** Where a command reads from and writes to; a test brings its own. */
export type CommandIo = {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What relative paths are relative to. */
  readonly cwd: string;
};

/** One option of a command: what `parseArgs` needs and what help prints. */
export type CommandOption = {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** What stands for the value in help, such as `N` or `path`. */
  readonly value?: string;
  readonly help: string;
};
export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** Environment variables that a command reads, printed from the very table it reads them with. */
export type SettingsGroup = { readonly title: string; readonly table: SettingsTable };

export type Command = {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** `ows dev [options]`, one form a line. */
  readonly usage: readonly string[];
  /** A paragraph or two. */
  readonly about: string;
  readonly options: CommandOptions;
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** Loaded for help only: the tables live with the programs that read them. */
  readonly settings?: () => Promise<readonly SettingsGroup[]>;
  /** Answers the exit code. Throws `UsageError` for a line it can't make sense of. */
  readonly run: (argv: readonly string[], io: CommandIo) => Promise<number>;
};

/** The command line makes no sense: printed as it is, exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
