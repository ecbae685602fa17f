import { parseArgs } from "node:util";
import { didYouMean } from "./closest-name.ts";
import { type Command, UsageError } from "./command.ts";

export type ParsedLine = {
  readonly texts: Readonly<Record<string, string | undefined>>;
  readonly flags: Readonly<Record<string, boolean>>;
  readonly positionals: readonly string[];
};

/** Reads a command's options and positionals. Throws `UsageError` with a sentence that says what exists. */
export function parseCommandLine(command: Pick<Command, "name" | "options">, argv: readonly string[]): ParsedLine {
  const { tokens, values, positionals } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, { type, short }]) => [
        name,
        short === undefined ? { type } : { type, short },
      ]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) if (token.kind === "option") checkOption(command, token);
  const texts: Record<string, string | undefined> = {};
  const flags: Record<string, boolean> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string") texts[name] = value;
    if (typeof value === "boolean") flags[name] = value;
  }
  return { texts, flags, positionals };
}

/** The value of an option as a whole number, or undefined when it is not given. */
export function integerOption(line: ParsedLine, name: string, least: number, most: number): number | undefined {
  const text = line.texts[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${name} expects a whole number from ${least} to ${most}, got ${text}`);
}

/** For commands that take no positionals. */
export function refusePositionals(command: string, line: ParsedLine): void {
  if (line.positionals.length === 0) return;
  throw new UsageError(`ows ${command} takes options only, got ${line.positionals.join(" ")}`);
}

type OptionToken = { readonly name: string; readonly rawName: string; readonly value: string | undefined };

function checkOption(command: Pick<Command, "name" | "options">, token: OptionToken): void {
  const option = command.options[token.name];
  if (option === undefined) {
    const names = Object.keys(command.options);
    const exists =
      names.length === 0 ? "it has no options" : `its options are ${names.map((n) => `--${n}`).join(", ")}`;
    throw new UsageError(
      `ows ${command.name} has no option ${token.rawName}; ${exists}.${didYouMean(
        token.rawName,
        names.map((n) => `--${n}`),
      )}`,
    );
  }
  if (option.type === "boolean" && token.value !== undefined) {
    throw new UsageError(`${token.rawName} takes no value, got ${token.value}`);
  }
  const isMissing = token.value === undefined || (token.value.startsWith("-") && !/^-\d/.test(token.value));
  if (option.type === "string" && isMissing) {
    throw new UsageError(`${token.rawName} needs a value: ${token.rawName} <${option.value ?? "value"}>`);
  }
}
