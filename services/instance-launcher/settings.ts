import { logLevel, parse, type Setting, type SettingsOf, serviceSecret } from "@ows/service-kit";

function optionalText(env: string, help: string): Setting<string> {
  return { env, help, fallback: "", parse: parse.text };
}

const url = (env: string, help: string, fallback: string): Setting<string> => ({
  env,
  help,
  fallback,
  parse: parse.httpUrl,
});

export const instanceLauncherSettings = {
  customerGuid: {
    env: "OWS_CUSTOMER_GUID",
    help: "The customer whose zone servers are started; orders of others are refused",
    parse: parse.guid,
  },
  serviceSecret,
  logLevel,
  instanceManagementUrl: url(
    "OWS_INSTANCE_MANAGEMENT_URL",
    "Where instance-management is, for the launcher and for its zone servers",
    "http://127.0.0.1:44328",
  ),
  characterPersistenceUrl: url(
    "OWS_CHARACTER_PERSISTENCE_URL",
    "Where character-persistence is, for the zone servers",
    "http://127.0.0.1:44323",
  ),
  publicApiUrl: url("OWS_PUBLIC_API_URL", "Where public-api is, for the zone servers", "http://127.0.0.1:44302"),
  dataDir: {
    env: "OWS_DATA_DIR",
    help: "Folder of the launcher's identity, its children's process records and their logs",
    fallback: "./.ows",
    parse: parse.text,
  },
  serverIp: {
    env: "OWS_SERVER_IP",
    help: "Address of this machine that players are given",
    fallback: "127.0.0.1",
    parse: parse.text,
  },
  internalServerIp: {
    env: "OWS_INTERNAL_SERVER_IP",
    help: "Address for characters that are flagged as internal network testers",
    fallback: "127.0.0.1",
    parse: parse.text,
  },
  maxInstances: {
    env: "OWS_MAX_INSTANCES",
    help: "Most zone servers on this machine",
    fallback: 10,
    parse: parse.integer(1, 1_000),
  },
  startingPort: {
    env: "OWS_STARTING_INSTANCE_PORT",
    help: "First port of zone servers; stock Unreal clients need four digits",
    fallback: 7_778,
    parse: parse.integer(1_024, 65_535),
  },
  zoneEntry: optionalText("OWS_ZONE_ENTRY", "Module that Node runs as zone server, called with `zone` and the map"),
  game: optionalText("OWS_GAME", "Path of the game module that zone servers load"),
  encryptionKey: optionalText("OWS_ENCRYPTION_KEY", "Key of the Unreal plugin's travel ID"),
  unrealServer: optionalText(
    "OWS_UNREAL_SERVER",
    "Path of an Unreal dedicated server or editor; when given, it is started in place of the zone entry",
  ),
  unrealProject: optionalText("OWS_UNREAL_PROJECT", "Path of the .uproject, for an Unreal editor"),
  isServerEditor: {
    env: "OWS_UNREAL_IS_EDITOR",
    help: "Whether the Unreal server is an editor that needs the project first",
    fallback: false,
    parse: parse.boolean,
  },
  useServerLog: { env: "OWS_UNREAL_LOG", help: "Adds -log", fallback: true, parse: parse.boolean },
  useNoSteam: { env: "OWS_UNREAL_NO_STEAM", help: "Adds -nosteam", fallback: true, parse: parse.boolean },
  otherFlags: {
    env: "OWS_UNREAL_OTHER_FLAGS",
    help: "Further arguments of the zone server, between commas",
    fallback: [],
    parse: parse.list,
  },
  stopGraceMs: {
    env: "OWS_STOP_GRACE_MS",
    help: "How long a zone server may save and leave before it is killed",
    unit: "ms",
    fallback: 4_000,
    parse: parse.integer(0, 600_000),
  },
  hangTimeoutMs: {
    env: "OWS_HANG_TIMEOUT_MS",
    help: "A ready zone server that does not answer for this long is killed; 0 never",
    unit: "ms",
    fallback: 10_000,
    parse: parse.integer(0, 600_000),
  },
  heartbeatMs: {
    env: "OWS_LAUNCHER_HEARTBEAT_MS",
    help: "How often the launcher says that it lives",
    unit: "ms",
    fallback: 5_000,
    parse: parse.integer(100, 60_000),
  },
  maxLogBytes: {
    env: "OWS_ZONE_LOG_BYTES",
    help: "A zone server's log is moved aside when it is longer; one older part is kept",
    unit: "bytes",
    fallback: 10_000_000,
    parse: parse.integer(10_000, 10_000_000_000),
  },
  maxLogFiles: {
    env: "OWS_ZONE_LOG_FILES",
    help: "How many zone server logs are kept",
    fallback: 50,
    parse: parse.integer(1, 10_000),
  },
  parentPid: {
    env: "OWS_PARENT_PID",
    help: "The launcher stops with its children when this process is gone; 0 for none",
    fallback: 0,
    parse: parse.integer(0, 2_147_483_647),
  },
} as const;

export type LauncherSettings = SettingsOf<typeof instanceLauncherSettings>;
