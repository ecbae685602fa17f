/** One setting: where it comes from, what it means, and what it is when not given (nothing: it is required). */
export type Setting<Value> = {
  readonly env: string;
  readonly help: string;
  /** Of numbers: `ms`, `bytes`, … */
  readonly unit?: string;
  readonly fallback?: Value;
  readonly parse: (text: string) => Value;
  /** Its value is never shown. */
  readonly isSecret?: boolean;
};

export type SettingsTable = Readonly<Record<string, Setting<unknown>>>;
export type SettingsOf<Table extends SettingsTable> = {
  readonly [Name in keyof Table]: ReturnType<Table[Name]["parse"]>;
};

/** All mistakes of a configuration at once; the message lists them one a line. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`Bad configuration:\n${mistakes.map((mistake) => `  ${mistake}`).join("\n")}`);
    this.mistakes = mistakes;
  }
}

/** Reads every setting of the table. An empty variable counts as not given. Throws `SettingsError`. */
export function readSettings<Table extends SettingsTable>(
  table: Table,
  env: Readonly<Record<string, string | undefined>>,
): SettingsOf<Table> {
  const mistakes: string[] = [];
  const values = Object.entries(table).map(([name, setting]) => [name, readOne(setting, env[setting.env], mistakes)]);
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  return Object.fromEntries(values) as SettingsOf<Table>;
}

function readOne(setting: Setting<unknown>, given: string | undefined, mistakes: string[]): unknown {
  const text = given?.trim() ?? "";
  if (text === "") {
    if (!("fallback" in setting)) mistakes.push(`${setting.env} is required: ${setting.help}`);
    return setting.fallback;
  }
  try {
    return setting.parse(text);
  } catch (error) {
    const shown = setting.isSecret ? "(hidden)" : text;
    mistakes.push(`${setting.env}=${shown}: ${error instanceof Error ? error.message : "not understood"}`);
    return undefined;
  }
}
