import { resolve } from "node:path";
import { zoneCredential } from "@ows/protocol/ticket";
import type { LauncherSettings } from "../settings.ts";

type EnvironmentSettings = Pick<
  LauncherSettings,
  | "customerGuid"
  | "instanceManagementUrl"
  | "characterPersistenceUrl"
  | "publicApiUrl"
  | "serviceSecret"
  | "game"
  | "encryptionKey"
  | "logLevel"
>;

/** Ours, except a zone server's own settings; and what Node would take as orders to itself. */
const WITHHELD = /^(OWS_(?!ZONE_|GAME_URL_TEMPLATE$)|NODE_OPTIONS$|NODE_CHANNEL)/;

/**
 * The environment of a zone server: what every program needs, its own settings, and what it is told about us. Nothing
 * else of ours passes, least of all the secret that services share.
 */
export function childEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  settings: EnvironmentSettings,
  child: { readonly zoneInstanceId: number; readonly launcherPort: number },
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !WITHHELD.test(name)) env[name] = value;
  }
  const { customerGuid, serviceSecret } = settings;
  return {
    ...env,
    OWS_CUSTOMER_GUID: customerGuid,
    OWS_INSTANCE_MANAGEMENT_URL: settings.instanceManagementUrl,
    OWS_CHARACTER_PERSISTENCE_URL: settings.characterPersistenceUrl,
    OWS_PUBLIC_API_URL: settings.publicApiUrl,
    OWS_ZONE_CREDENTIAL: zoneCredential(serviceSecret, customerGuid, child.zoneInstanceId),
    OWS_LAUNCHER_LINK: `127.0.0.1:${child.launcherPort}`,
    OWS_LOG_LEVEL: settings.logLevel,
    ...(settings.game === "" ? {} : { OWS_GAME: resolve(settings.game) }),
    ...(settings.encryptionKey === "" ? {} : { OWS_ENCRYPTION_KEY: settings.encryptionKey }),
  };
}
