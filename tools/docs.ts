import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { allEndpoints, type Endpoint } from "@ows/protocol/http";
import { settingsMarkdown } from "@ows/service-kit";
import { characterPersistenceSettings } from "@ows/services/character-persistence/settings.ts";
import { globalDataSettings } from "@ows/services/global-data/settings.ts";
import { instanceLauncherSettings } from "@ows/services/instance-launcher/settings.ts";
import { instanceManagementSettings } from "@ows/services/instance-management/settings.ts";
import { managementSettings } from "@ows/services/management/settings.ts";
import { publicApiSettings } from "@ows/services/public-api/settings.ts";
import { zoneProcessSettings } from "@ows/zone-server";
import { handoffPage } from "./handoff-page.ts";

/** Pages that are printed from tables in the code. `--check` fails when one on disk differs, and changes nothing. */
const PROGRAMS = {
  "public-api": publicApiSettings,
  "instance-management": instanceManagementSettings,
  "character-persistence": characterPersistenceSettings,
  "global-data": globalDataSettings,
  management: managementSettings,
  "instance-launcher": instanceLauncherSettings,
  "zone server": zoneProcessSettings,
} as const;

const GENERATED = "<!-- Printed by `npm run docs` from the tables in the code. Edit those. -->";

const pages: Record<string, string> = {
  "docs/operating.md": operatingPage(),
  "docs/http-api.md": httpApiPage(),
  "docs/handoff.md": `${GENERATED}\n\n${handoffPage()}`,
};

const root = resolve(import.meta.dirname, "..");
let stale = 0;
for (const [name, text] of Object.entries(pages)) {
  const file = join(root, name);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readOr(file, "") !== text) {
    console.error(`${name} is not what the code says: run \`npm run docs\``);
    stale++;
  }
}
if (stale > 0) process.exit(1);

function operatingPage(): string {
  const tables = Object.entries(PROGRAMS).map(([name, table]) => `## ${name}\n\n${settingsMarkdown(table)}\n`);
  return `${GENERATED}\n\n# Operating: settings by program\n\nAll settings are environment variables, read once at the start; all mistakes are reported together.\n\n${tables.join("\n")}`;
}

function httpApiPage(): string {
  const services = [...new Set(allEndpoints.map((endpoint) => endpoint.service))];
  const sections = services.map((service) => {
    const rows = allEndpoints.filter((endpoint) => endpoint.service === service).map(endpointRow);
    return `## ${service}\n\n| Endpoint | Customer header | Credential | What it does |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  const intro =
    "Each service serves its OpenAPI description at `/swagger/v1/swagger.json` and a page to try it at `/swagger`.\n" +
    "Endpoints under `/api/Mesh/` are this project's own; the others are the OWS contract.";
  return `${GENERATED}\n\n# HTTP API\n\n${intro}\n\n${sections.join("\n")}`;
}

function endpointRow(endpoint: Endpoint): string {
  const { method, path, customer, credential, summary } = endpoint;
  return `| \`${method} ${path}\` | ${customer} | ${credential} | ${summary.replaceAll("|", "\\|").replaceAll("\n", " ")} |`;
}

function readOr(file: string, fallback: string): string {
  try {
    return readFileSync(file, "utf8").replaceAll("\r\n", "\n");
  } catch {
    return fallback;
  }
}
