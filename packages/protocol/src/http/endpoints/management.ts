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

/** Metres. */
const rectangle = Type.Object({ minX: float64, minY: float64, maxX: float64, maxY: float64 });
/** Ground of one zone server, in metres. */
const area = Type.Object({ zoneInstanceId: int32, minX: float64, minY: float64, maxX: float64, maxY: float64 });

/** Why an entity that something calls to another server is where it is still. */
const stay = Type.Object({
  to: int32,
  /** preparing, ready, refused, no-link or due. */
  phase: requiredText,
  /** What it waits for, or why it was refused. */
  detail: requiredText,
  /** Since the handoff began; of a refused one, until it is asked again. */
  ms: float64,
});

const mapEntity = Type.Object({
  id: float64,
  /** The server that owns it. */
  zoneInstanceId: int32,
  className: requiredText,
  /** Of players; else empty. */
  name: requiredText,
  isConnected: flag,
  x: float64,
  y: float64,
  /** Servers that have a copy of it. */
  ghostAt: Type.Array(int32),
  /** Null when nothing calls it elsewhere. */
  stay: nullable(stay),
});

/** A copy of an entity on a server that does not own it. */
const mapGhost = Type.Object({
  ...{ id: float64, className: requiredText, x: float64, y: float64 },
  /** The server that has the copy, and the one that owns the entity as far as it knows. */
  ...{ at: int32, owner: int32 },
});

const meshServer = Type.Object({
  ...{ zoneInstanceId: int32, isLinked: flag, players: int32, entities: int32 },
  /** Why it says nothing of itself, else empty; then what follows is zero. */
  problem: requiredText,
  /** Copies of what others own. */
  ghosts: int32,
  partitionVersion: int32,
  /** Since it started: entities it gave away, and those that stayed after all. */
  ...{ handedOff: int32, stayed: int32 },
  /** Silent connections of clients. */
  idleClients: int32,
  forwardedInputs: int32,
});

/** One end's view of a link between two zone servers. */
const meshLink = Type.Object({
  /** `kind`: what it runs over. */
  ...{ from: int32, to: int32, isUp: flag, kind: requiredText },
  roundTripMs: nullableFloat,
  /** Of ghosts, since the start. */
  ...{ bulkBytesOut: float64, bulkBytesIn: float64 },
  ...{ messagesOut: float64, messagesIn: float64, unsentBytes: float64, skippedBulk: float64 },
});

const handoff = Type.Object({
  ...{ entityId: float64, characterName: requiredText, from: int32, to: int32 },
  /** Of the ownership that it leads to, `term.count`. */
  epoch: requiredText,
  ...{ prepareMs: float64, warmMs: float64, commitMs: float64 },
});

const openHandoff = Type.Object({
  ...handoff.properties,
  /** preparing, ready or released. */
  phase: requiredText,
  waitsFor: requiredText,
  /** Since it began. */
  ageMs: float64,
});

const endedHandoff = Type.Object({
  ...handoff.properties,
  /** "done", or why the entity stayed. */
  outcome: requiredText,
  /** Since it ended. */
  ageMs: float64,
});

/** A server that died, and where what it had went. */
const meshLoss = Type.Object({
  ...{ zoneInstanceId: int32, ageMs: float64 },
  /** How it ended; empty when nobody looked then. */
  reason: requiredText,
  players: int32,
  /** When it was looked at last; null when nobody did. */
  entitiesBefore: nullable(int32),
  ground: Type.Array(Type.Object({ to: int32, squareMeters: float64 })),
  /** Those that went on from a copy. */
  entities: Type.Array(Type.Object({ to: int32, count: int32 })),
});

const meshInstance = Type.Object({
  zoneName: requiredText,
  meshInstanceId: requiredText,
  /** Of the partition; 0 while servers are still to come. */
  ...{ version: int32, term: int32, isSettling: flag },
  areas: Type.Array(area),
  servers: Type.Array(meshServer),
  links: Type.Array(meshLink),
  /** Those under way, the newest 200 first, and how many there are. */
  ...{ openHandoffs: Type.Array(openHandoff), openHandoffCount: int32 },
  /** The last 200 that ended, the latest first. */
  handoffs: Type.Array(endedHandoff),
  /** How many handoffs came to what, by way. */
  flows: Type.Array(Type.Object({ from: int32, to: int32, outcome: requiredText, count: float64 })),
  /** The latest first. */
  losses: Type.Array(meshLoss),
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
      bounds: rectangle,
      /** Who owns which ground of a meshed zone; empty when one server has it all. */
      areas: Type.Array(area),
      /** Of all servers of a mesh instance; those that do not answer are left out. */
      entities: Type.Array(mapEntity),
      /** That this zone instance has, and those of others whose owner is not among the entities. */
      ghosts: Type.Array(mapGhost),
    }),
    summary: "Where everything of one zone instance, or of all servers that share its ground, is, in metres",
  }),
  meshes: get("/api/Meshes", {
    customer: "ignored",
    request: noRequest,
    response: Type.Object({ meshes: Type.Array(meshInstance) }),
    summary: "Zones on several servers: their ground, links and the last handoffs",
  }),
} as const;
