import type { Setting, SettingsTable } from "./read-settings.ts";

/** The table as text for `--help`. */
export function settingsHelp(table: SettingsTable): string {
  const settings = Object.values(table);
  const width = Math.max(0, ...settings.map((setting) => setting.env.length));
  return settings
    .map((setting) => `  ${setting.env.padEnd(width)}  ${setting.help} (${defaultOf(setting)})`)
    .join("\n");
}

/** The table as Markdown for the operating guide. */
export function settingsMarkdown(table: SettingsTable): string {
  const rows = Object.values(table).map(
    (setting) => `| \`${setting.env}\` | ${setting.help} | ${setting.unit ?? ""} | ${defaultOf(setting)} |`,
  );
  return ["| Variable | Meaning | Unit | Default |", "|---|---|---|---|", ...rows].join("\n");
}

function defaultOf(setting: Setting<unknown>): string {
  if (!("fallback" in setting)) return "required";
  const { fallback } = setting;
  const isEmpty = fallback === undefined || fallback === null || fallback === "";
  if (setting.isSecret || isEmpty || (Array.isArray(fallback) && fallback.length === 0)) return "none";
  return `${Array.isArray(fallback) ? fallback.join(",") : String(fallback)}${setting.unit === undefined ? "" : ` ${setting.unit}`}`;
}
