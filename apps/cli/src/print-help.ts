import { settingsHelp } from "@ows/service-kit";
import type { Command } from "./command.ts";

/** What `ows` and `ows help` print. */
export function overviewHelp(commands: readonly { readonly name: string; readonly summary: string }[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    "OWS Mesh: an Open World Server backend and a server mesh for large worlds.",
    "",
    "Usage: ows <command> [options]",
    "",
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "`ows help <command>` says more, with examples and environment variables.",
    "New here? `ows dev` starts everything on this machine and prints where to look.",
  ].join("\n");
}

/** What `ows help <command>` prints. */
export async function commandHelp(command: Command): Promise<string> {
  const sections = [
    `${command.summary}.`,
    `Usage: ${command.usage.join("\n       ")}`,
    command.about,
    optionsSection(command),
    examplesSection(command),
    ...(await settingsSections(command)),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function optionsSection(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => {
    const short = option.short === undefined ? "" : `-${option.short}, `;
    const value = option.type === "string" ? ` <${option.value ?? "value"}>` : "";
    return [`${short}--${name}${value}`, option.help] as const;
  });
  return rows.length === 0 ? "" : `Options:\n${columns(rows)}`;
}

function examplesSection(command: Command): string {
  if (command.examples.length === 0) return "";
  return `Examples:\n${columns(command.examples.map(({ line, does }) => [line, does] as const))}`;
}

async function settingsSections(command: Command): Promise<string[]> {
  const groups = (await command.settings?.()) ?? [];
  return groups.map((group) => `${group.title}:\n${settingsHelp(group.table)}`);
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
