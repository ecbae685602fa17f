import { Type } from "typebox";
import { endpointsOf } from "../endpoint.ts";
import { noRequest } from "../models/common.ts";
import { flag, float64, int32, nullable, requiredText } from "../schema.ts";
import { statusOf } from "./status.ts";

const { get } = endpointsOf("management");
const nullableFloat = nullable(float64);

const serviceHealth = Type.Object({
  name: requiredText,
  url: requiredText,
  isUp: flag,
  /** Why it is not up, else empty. */
  problem: requiredText,
  answerMs: nullableFloat,
});

const launcher = Type.Object({
  worldServerId: int32,
  launcherGuid: requiredText,
  serverIP: requiredText,
  isActive: flag,
  /** Null when it was never heard. */
  heartbeatAgeMs: nullableFloat,
  numberOfInstances: int32,
  maxNumberOfInstances: int32,
});

const zone = Type.Object({
  mapId: int32,
  zoneName: requiredText,
  mapName: requiredText,
  softPlayerCap: int32,
  hardPlayerCap: int32,
  minutesToShutdownAfterEmpty: int32,
});

/** What a zone server says of itself. */
const zoneServer = Type.Object({
  pid: int32,
  tick: float64,
  tickHz: float64,
  tickP50Ms: nullableFloat,
  tickP99Ms: nullableFloat,
  /** Of one core. */
  cpuPercent: nullableFloat,
  memoryMiB: nullableFloat,
  entities: int32,
});

const zoneInstance = Type.Object({
  zoneInstanceId: int32,
  zoneName: requiredText,
  mapName: requiredText,
  worldServerId: int32,
  port: int32,
  state: requiredText,
  reason: requiredText,
  /** Since it is in this state. */
  ageMs: float64,
  players: int32,
  reserved: int32,
  softPlayerCap: int32,
  hardPlayerCap: int32,
  server: nullable(zoneServer),
  /** Why the zone server says nothing of itself, else empty. */
  problem: requiredText,
});

const player = Type.Object({
  characterName: requiredText,
  zoneInstanceId: int32,
  zoneName: requiredText,
  isConnected: flag,
});

const mapEntity = Type.Object({
  id: float64,
  className: requiredText,
  /** Of players; else empty. */
  name: requiredText,
  isConnected: flag,
  x: float64,
  y: float64,
});

export const management = {
  status: statusOf("management"),
  overview: get("/api/Overview", {
    customer: "ignored",
    request: noRequest,
    response: Type.Object({
      /** Milliseconds since 1970 UTC. */
      atMs: float64,
      customerGuid: requiredText,
      services: Type.Array(serviceHealth),
      /** How old the launchers, zones, instances and joins below are; null when instance-management never answered. */
      meshAgeMs: nullableFloat,
      launchers: Type.Array(launcher),
      zones: Type.Array(zone),
      instances: Type.Array(zoneInstance),
      players: Type.Array(player),
      pendingJoins: Type.Array(
        Type.Object({ characterName: requiredText, zoneName: requiredText, waitingMs: float64 }),
      ),
    }),
    summary: "Everything the dashboard shows but the map",
  }),
  liveMap: get("/api/LiveMap/{zoneInstanceId}", {
    customer: "ignored",
    request: Type.Object({ zoneInstanceId: int32 }),
    response: Type.Object({
      zoneInstanceId: int32,
      zoneName: requiredText,
      atMs: float64,
      tick: float64,
      /** Metres. */
      bounds: Type.Object({ minX: float64, minY: float64, maxX: float64, maxY: float64 }),
      entities: Type.Array(mapEntity),
    }),
    summary: "Where everything of one zone instance is, in metres",
  }),
} as const;
