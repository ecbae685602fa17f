import { isAbsolute } from "node:path";
import { logLevel, parse, type Setting, type SettingsOf } from "@ows/service-kit";
import { defaultMeshSettings } from "./mesh/mesh-settings.ts";
import { defaultZoneSettings } from "./zone-settings.ts";

const count = parse.integer(1, 1_000_000);

/** What a zone server process reads from its environment; its launcher sets it. */
export const zoneProcessSettings = {
  customerGuid: { env: "OWS_CUSTOMER_GUID", help: "The customer whose zone this is", parse: parse.guid },
  instanceManagementUrl: url("OWS_INSTANCE_MANAGEMENT_URL", "instance-management"),
  characterPersistenceUrl: url("OWS_CHARACTER_PERSISTENCE_URL", "character-persistence"),
  publicApiUrl: url("OWS_PUBLIC_API_URL", "public-api, where sessions of travel IDs are checked"),
  credential: {
    env: "OWS_ZONE_CREDENTIAL",
    help: "Proves to the services which zone instance this is; made by the launcher",
    isSecret: true,
    parse: parse.secret,
  },
  launcherLink: {
    env: "OWS_LAUNCHER_LINK",
    help: "host:port of the launcher that looks after this process; without it nobody does",
    fallback: "",
    parse: hostAndPort,
  },
  game: { env: "OWS_GAME", help: "Absolute path of the game module", parse: absolutePath },
  encryptionKey: {
    env: "OWS_ENCRYPTION_KEY",
    help: "Key of the Unreal plugin's travel IDs; without it none are taken",
    fallback: "",
    isSecret: true,
    parse: parse.text,
  },
  logLevel,
  host: {
    env: "OWS_ZONE_HOST",
    help: "Address the game port listens on",
    fallback: defaultZoneSettings.host,
    parse: parse.text,
  },
  publicIp: {
    env: "OWS_ZONE_IP",
    help: "Address clients reach this machine at",
    fallback: "127.0.0.1",
    parse: parse.text,
  },
  urlTemplate: {
    env: "OWS_GAME_URL_TEMPLATE",
    help: "URL clients open; {ip}, {host} and {port} are filled in",
    fallback: "ws://{ip}:{port}",
    parse: parse.text,
  },
  maxConnections: {
    env: "OWS_ZONE_MAX_CONNECTIONS",
    help: "Connections on the game port, those included that have not attached yet",
    fallback: defaultZoneSettings.maxConnections,
    parse: count,
  },
  hardPlayerCap: {
    env: "OWS_ZONE_CAPACITY",
    help: "Characters this process can take; the zone's own hard cap counts too",
    fallback: defaultZoneSettings.hardPlayerCap,
    parse: count,
  },
  viewCap: {
    env: "OWS_ZONE_VIEW_CAP",
    help: "Entities one client sees at once",
    fallback: defaultZoneSettings.viewCap,
    parse: parse.integer(1, 1_000),
  },
  attachDeadlineMs: milliseconds(
    "OWS_ZONE_ATTACH_DEADLINE_MS",
    "How long a connection may take to attach",
    defaultZoneSettings.attachDeadlineMs,
  ),
  linkDeadMs: milliseconds(
    "OWS_ZONE_LINK_DEAD_MS",
    "How long an avatar stays after its client was lost",
    defaultZoneSettings.linkDeadMs,
  ),
  saveEveryMs: milliseconds("OWS_ZONE_SAVE_EVERY_MS", "Time between two saves of a character", 10_000),
  unixSockets: {
    env: "OWS_ZONE_UNIX_SOCKETS",
    help: "Whether links to servers of the same machine go over Unix sockets; where there are none they go over TCP",
    fallback: true,
    parse: parse.boolean,
  },
  minimumStayMs: milliseconds(
    "OWS_ZONE_MINIMUM_STAY_MS",
    "How long an entity that changed servers stays at least before it changes again",
    defaultMeshSettings.minimumStayMs,
  ),
  partitionWaitMs: milliseconds(
    "OWS_ZONE_PARTITION_WAIT_MS",
    "How long a handoff that goes by newer borders than are known here waits for them before it is refused",
    defaultMeshSettings.target.partitionWithinMs,
  ),
} as const;

export type ZoneProcessSettings = SettingsOf<typeof zoneProcessSettings>;

function url(env: string, service: string): Setting<string> {
  return { env, help: `Base URL of ${service}`, parse: parse.httpUrl };
}

function milliseconds(env: string, help: string, fallback: number): Setting<number> {
  return { env, help, unit: "ms", fallback, parse: parse.integer(10, 3_600_000) };
}

function hostAndPort(value: string): string {
  if (/^[^:\s]+:\d{1,5}$/.test(value)) return value;
  throw new RangeError("expected host:port");
}

function absolutePath(value: string): string {
  if (isAbsolute(value)) return value;
  throw new RangeError("expected an absolute path");
}
