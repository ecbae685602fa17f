import { EMPTY_GUID } from "@ows/protocol/http";
import { httpSettings, parse, type SettingsOf } from "@ows/service-kit";

export const managementSettings = {
  ...httpSettings("MANAGEMENT", 44_410),
  customerGuid: {
    env: "OWS_CUSTOMER_GUID",
    help: "The customer whose world is shown",
    fallback: EMPTY_GUID,
    parse: parse.guid,
  },
  publicApiUrl: {
    env: "OWS_PUBLIC_API_URL",
    help: "Where public-api is reached, by this service and by the demo in the browser",
    fallback: "http://127.0.0.1:44302",
    parse: parse.httpUrl,
  },
  instanceManagementUrl: {
    env: "OWS_INSTANCE_MANAGEMENT_URL",
    help: "Where instance-management is reached",
    fallback: "http://127.0.0.1:44328",
    parse: parse.httpUrl,
  },
  characterPersistenceUrl: {
    env: "OWS_CHARACTER_PERSISTENCE_URL",
    help: "Where character-persistence is reached",
    fallback: "http://127.0.0.1:44323",
    parse: parse.httpUrl,
  },
  globalDataUrl: {
    env: "OWS_GLOBAL_DATA_URL",
    help: "Where global-data is reached",
    fallback: "http://127.0.0.1:44325",
    parse: parse.httpUrl,
  },
  dashboardDir: {
    env: "OWS_DASHBOARD_DIR",
    help: "Folder of the built dashboard, served at /",
    fallback: "",
    parse: parse.text,
  },
  demoDir: {
    env: "OWS_DEMO_DIR",
    help: "Folder of the built demo, served at /demo/",
    fallback: "",
    parse: parse.text,
  },
  gamePageDir: {
    env: "OWS_GAME_PAGE_DIR",
    help: "Folder of the built page of your own game, served at /game/",
    fallback: "",
    parse: parse.text,
  },
  probeTimeoutMs: {
    env: "OWS_MANAGEMENT_PROBE_TIMEOUT_MS",
    help: "How long a service or a zone server may take to say how it is",
    unit: "ms",
    fallback: 1500,
    parse: parse.integer(50, 60_000),
  },
} as const;

export type ManagementSettings = SettingsOf<typeof managementSettings>;
