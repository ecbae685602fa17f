import { httpSettings, parse, type Setting, type SettingsOf } from "@ows/service-kit";
import { type MeshedZone, parseMeshedZones } from "./mesh/meshed-zones.ts";

const gameUrlTemplate: Setting<string> = {
  env: "OWS_GAME_URL_TEMPLATE",
  help: "URL at which clients reach a zone server that did not name its own; {ip}, {host} and {port} are filled in",
  fallback: "ws://{ip}:{port}",
  parse: parse.text,
};

const meshedZones: Setting<readonly MeshedZone[]> = {
  env: "OWS_MESHED_ZONES",
  help: "Zones whose ground several servers share, with their number: Meadow:2,Forest:4",
  fallback: [],
  parse: parseMeshedZones,
};

export const instanceManagementSettings = {
  ...httpSettings("INSTANCE_MANAGEMENT", 44_328),
  controlHost: {
    env: "OWS_CONTROL_HOST",
    help: "Address on which zone servers open their control links; named to them as it is here",
    fallback: "127.0.0.1",
    parse: parse.text,
  },
  controlPort: {
    env: "OWS_CONTROL_PORT",
    help: "Port of the control links; 0 lets the system choose",
    fallback: 0,
    parse: parse.port,
  },
  customerGuids: {
    env: "OWS_CUSTOMER_GUID",
    help: "Customers whose zones are watched from the start; the others from their first request on",
    fallback: [],
    parse: parse.list,
  },
  keepRunning: {
    env: "OWS_KEEP_RUNNING",
    help: "Names of zones of which one instance always runs",
    fallback: [],
    parse: parse.list,
  },
  joinTimeoutMs: {
    env: "OWS_JOIN_TIMEOUT_MS",
    help: "Longest wait of a player for a zone server; Unreal gives up after 30 s",
    unit: "ms",
    fallback: 25_000,
    parse: parse.integer(100, 300_000),
  },
  startTimeoutMs: {
    env: "OWS_ZONE_START_TIMEOUT_MS",
    help: "Longest start of a zone server; it is stopped when it is not ready by then",
    unit: "ms",
    fallback: 60_000,
    parse: parse.integer(100, 3_600_000),
  },
  reservationMs: {
    env: "OWS_RESERVATION_MS",
    help: "How long the place of a player who was sent to a zone server is kept",
    unit: "ms",
    fallback: 30_000,
    parse: parse.integer(1_000, 600_000),
  },
  staleAfterMs: {
    env: "OWS_ZONE_STALE_MS",
    help: "A zone server without a heartbeat for this long is given up; they come every 10 s",
    unit: "ms",
    fallback: 60_000,
    parse: parse.integer(15_000, 3_600_000),
  },
  leaseMs: {
    env: "OWS_LEASE_MS",
    help: "How long a zone server may simulate after its last renewal",
    unit: "ms",
    fallback: 2_000,
    parse: parse.integer(500, 60_000),
  },
  gameUrlTemplate,
  meshedZones,
  storm: {
    env: "OWS_STORM",
    help: "Whether servers of meshed zones hand every entity to another one each second, to test handoffs",
    fallback: false,
    parse: parse.boolean,
  },
} as const;

export type InstanceManagementSettings = SettingsOf<typeof instanceManagementSettings>;
