import type { Clock } from "@ows/base";
import type { Bus } from "@ows/bus";
import type { HttpService, Logger, Registry, SettingsTable } from "@ows/service-kit";
import { readSettings } from "@ows/service-kit";
import { characterPersistenceSettings } from "@ows/services/character-persistence/settings.ts";
import { globalDataSettings } from "@ows/services/global-data/settings.ts";
import { instanceManagementSettings } from "@ows/services/instance-management/settings.ts";
import { managementSettings } from "@ows/services/management/settings.ts";
import { publicApiSettings } from "@ows/services/public-api/settings.ts";
import type { Store } from "@ows/store";
import type { SettingsGroup } from "./command.ts";

/** In the order they start; they stop the other way round, so that players are turned away first. */
export const SERVICE_NAMES = [
  "character-persistence",
  "global-data",
  "instance-management",
  "management",
  "public-api",
] as const;
export type RunnableService = (typeof SERVICE_NAMES)[number];

/** What services of one process share. */
export type ServiceParts = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly loggerFor: (service: RunnableService) => Logger;
  /** The process's own metrics; each service adds its registry beside it. */
  readonly registry?: Registry;
};

const tables: Readonly<Record<RunnableService, SettingsTable>> = {
  "character-persistence": characterPersistenceSettings,
  "global-data": globalDataSettings,
  "instance-management": instanceManagementSettings,
  management: managementSettings,
  "public-api": publicApiSettings,
};

/** The settings of services, for help; a variable that several read is shown with the first. */
export function settingsGroups(names: readonly RunnableService[]): readonly SettingsGroup[] {
  const shown = new Set<string>();
  return names.map((name) => {
    const own = Object.entries(tables[name]).filter(([, setting]) => !shown.has(setting.env));
    for (const [, setting] of own) shown.add(setting.env);
    return { title: `Environment of ${name}`, table: Object.fromEntries(own) };
  });
}

/** Starts one service; its module is loaded now. Throws `SettingsError` and `PortTakenError`. */
export async function startService(name: RunnableService, parts: ServiceParts): Promise<HttpService> {
  const { env, store, bus, clock } = parts;
  const logger = parts.loggerFor(name);
  switch (name) {
    case "public-api": {
      const { startPublicApi } = await import("@ows/services/public-api/service.ts");
      return startPublicApi({ settings: readSettings(publicApiSettings, env), store, logger });
    }
    case "instance-management": {
      const { startInstanceManagement } = await import("@ows/services/instance-management/service.ts");
      const settings = readSettings(instanceManagementSettings, env);
      return startInstanceManagement({ settings, store, bus, logger, clock });
    }
    case "character-persistence": {
      const { startCharacterPersistence } = await import("@ows/services/character-persistence/service.ts");
      return startCharacterPersistence({ settings: readSettings(characterPersistenceSettings, env), store, logger });
    }
    case "global-data": {
      const { startGlobalData } = await import("@ows/services/global-data/service.ts");
      return startGlobalData({ settings: readSettings(globalDataSettings, env), store, logger });
    }
    case "management": {
      const { startManagement } = await import("@ows/services/management/service.ts");
      return startManagement({ settings: readSettings(managementSettings, env), logger });
    }
  }
}
