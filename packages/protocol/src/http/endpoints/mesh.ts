import { type TSchema, Type } from "typebox";
import { endpointsOf } from "../endpoint.ts";
import { characterByName } from "../models/character.ts";
import { customDataField, endpointAddress, noRequest, successAndErrorMessage } from "../models/common.ts";
import {
  dateTime,
  flag,
  float64,
  guid,
  int32,
  nullable,
  nullableDateTime,
  nullableGuid,
  nullableInt32,
  requiredText,
  text,
} from "../schema.ts";

const instances = endpointsOf("instance-management");
const characters = endpointsOf("character-persistence");

const entityId = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const uint32 = Type.Integer({ minimum: 0, maximum: 0xffff_ffff });
const epoch = Type.Object({ term: uint32, count: uint32 });
const LIST_LIMIT = { maxItems: 10_000 };

/** Ground, in metres. */
const groundBounds = Type.Object({ minX: float64, minY: float64, maxX: float64, maxY: float64 });
const cellOwner = Type.Object({ cell: requiredText, zoneInstanceId: int32 });

/** A text that a request may give under other names too. */
function textOrAs(...aliases: readonly string[]) {
  return Type.Union([Type.String(), Type.Null()], { aliases });
}

function listOf<Schema extends TSchema>(schema: Schema) {
  return Type.Array(schema, LIST_LIMIT);
}

/** Endpoints of our own, beside the OWS contract: between zone servers, launchers and services. */
export const mesh = {
  join: instances.post("/api/Mesh/Join", {
    credential: "zone",
    request: Type.Object({
      zoneInstanceId: int32,
      gameEndpoint: endpointAddress,
      s2sEndpoint: nullable(endpointAddress),
      /** A Unix socket beside it, for servers that find this file on their own machine. */
      s2sSocket: text,
      protocolVersion: int32,
      schemaHash: requiredText,
      capacity: int32,
      /** The ground of its game; needed where several servers share a zone. */
      bounds: Type.Optional(groundBounds),
    }),
    response: Type.Object({
      lease: Type.Object({ ttlMs: int32 }),
      idBlock: Type.Object({ first: entityId, size: int32 }),
      controlEndpoint: endpointAddress,
      /** Base64 SPKI of the Ed25519 key that signs player tickets. */
      ticketPublicKey: requiredText,
      /** For the Hello of the control link. */
      credential: requiredText,
      /** Cells are named `level-x-y`. */
      partition: Type.Object({
        version: int32,
        cells: Type.Array(cellOwner),
      }),
      peers: Type.Array(
        Type.Object({
          zoneInstanceId: int32,
          s2sEndpoint: endpointAddress,
          /** Empty when it has none. */
          s2sSocket: requiredText,
          gameEndpoint: endpointAddress,
        }),
      ),
      settings: Type.Record(Type.String(), Type.Unknown()),
      settingsVersion: int32,
      zone: Type.Object({ zoneName: requiredText, mapName: requiredText, softPlayerCap: int32, hardPlayerCap: int32 }),
    }),
    summary: "A zone server enters the mesh: it learns its zone, gets entity ids and the control link",
  }),
  reportExit: instances.post("/api/Mesh/ReportExit", {
    credential: "service",
    request: Type.Object({
      zoneInstanceId: int32,
      pid: int32,
      exitCode: nullableInt32,
      signal: text,
      reason: text,
    }),
    response: successAndErrorMessage,
    summary: "A launcher proves that a zone server process is gone; its claims are released",
  }),
  launcherHeartbeat: instances.post("/api/Mesh/LauncherHeartbeat", {
    credential: "service",
    request: Type.Object({
      worldServerId: int32,
      instances: listOf(Type.Object({ zoneInstanceId: int32, pid: int32, state: requiredText })),
    }),
    response: successAndErrorMessage,
    summary: "A launcher says every five seconds which zone server processes it keeps",
  }),
  overview: instances.get("/api/Mesh/Overview", {
    credential: "service",
    request: noRequest,
    response: Type.Object({
      launchers: Type.Array(
        Type.Object({
          worldServerId: int32,
          launcherGuid: text,
          serverIP: text,
          isActive: flag,
          lastHeartbeat: nullableDateTime,
          numberOfInstances: int32,
          maxNumberOfInstances: int32,
        }),
      ),
      zones: Type.Array(
        Type.Object({
          mapId: int32,
          zoneName: requiredText,
          mapName: requiredText,
          softPlayerCap: int32,
          hardPlayerCap: int32,
          minutesToShutdownAfterEmpty: int32,
        }),
      ),
      instances: Type.Array(
        Type.Object({
          zoneInstanceId: int32,
          zoneName: requiredText,
          mapName: requiredText,
          worldServerId: int32,
          port: int32,
          url: text,
          state: requiredText,
          reason: text,
          since: dateTime,
          players: int32,
          reserved: int32,
          lastUpdate: nullableDateTime,
        }),
      ),
      pendingJoins: Type.Array(
        Type.Object({
          characterName: requiredText,
          zoneName: requiredText,
          zoneInstanceId: nullableInt32,
          waitingMs: float64,
        }),
      ),
      /** Zones whose ground is divided among several servers. */
      mesh: Type.Array(
        Type.Object({
          zoneName: requiredText,
          meshInstanceId: requiredText,
          /** Of the partition; 0 while servers are still to come. */
          version: int32,
          term: int32,
          isSettling: flag,
          cells: Type.Array(cellOwner),
          bounds: nullable(groundBounds),
          servers: Type.Array(
            Type.Object({
              zoneInstanceId: int32,
              isLinked: flag,
              gameUrl: requiredText,
              s2sUrl: requiredText,
              players: int32,
              entities: int32,
              /** Share of one core. */
              cpu: float64,
              tickP99Ms: float64,
            }),
          ),
          /** The latest last. */
          handoffs: Type.Array(
            Type.Object({
              entityId,
              characterName: text,
              from: int32,
              to: int32,
              epoch,
              outcome: requiredText,
              prepareMs: float64,
              warmMs: float64,
              commitMs: float64,
              at: dateTime,
            }),
          ),
          /** How many handoffs came to what, by way, since instance-management began. */
          flows: Type.Array(Type.Object({ from: int32, to: int32, outcome: requiredText, count: float64 })),
          /** Servers that died, the latest last, and where what they had went. */
          losses: Type.Array(
            Type.Object({
              zoneInstanceId: int32,
              at: dateTime,
              /** That it had. */
              players: int32,
              /** Empty until it is given away. */
              ground: Type.Array(Type.Object({ to: int32, squareMeters: float64 })),
              /** Those that went on from a copy; players without one come back from their last save. */
              entities: Type.Array(Type.Object({ to: int32, count: int32 })),
            }),
          ),
        }),
      ),
    }),
    summary: "Launchers, zones, instances with state and reason, and waiting joins",
  }),
  neighboringServerForCell: instances.get("/api/Instance/GetNeighboringServerForCell", {
    request: Type.Object({
      /** `level-x-y` */
      worldGridCellID: text,
      /** N, NE, E, SE, S, SW, W or NW; north is towards larger y. */
      direction: text,
      /** A server of the mesh instance that is meant; 0 where there is only one. */
      zoneInstanceID: int32,
    }),
    response: Type.Object({
      ...{ success: flag, errorMessage: text },
      /** The nearest neighbour; zeros and blanks where the zone ends first. */
      ...{ worldServerID: int32, zoneInstanceID: int32, serverIP: text, port: int32, directS2SEndpoint: text },
      neighbours: Type.Array(
        Type.Object({
          zoneInstanceID: int32,
          worldServerID: int32,
          distanceMeters: float64,
          facingMeters: float64,
          s2sEndpoint: endpointAddress,
          gameEndpoint: endpointAddress,
        }),
      ),
    }),
    summary: "The servers beside a cell of a zone that several servers share, nearest first",
  }),
  requestHandoffPreparation: instances.post("/api/Handoff/RequestHandoffPreparation", {
    request: Type.Object({
      /** Of the character's user; zone servers prove themselves by their credential instead. */
      playerUserSessionGUID: guid,
      characterName: text,
      /** A machine: information only. */
      sourceWorldServerID: int32,
      /** Who has the character; 0 where its claim or its cell says it. */
      sourceZoneInstanceID: int32,
      currentGridCell: textOrAs("currentGridCellID"),
      targetGridCell: textOrAs("targetGridCellID", "targetCellID"),
    }),
    response: Type.Object({
      ...{ success: flag, errorMessage: text },
      /** `host:port` of the server that owns the target cell, where servers reach it; empty on failure. */
      targetServerDirectS2SEndpoint: text,
      ...{ worldServerID: int32, zoneInstanceID: int32 },
      /** The same in full, and where clients attach. */
      ...{ s2sEndpoint: nullable(endpointAddress), s2sSocket: text, gameEndpoint: nullable(endpointAddress) },
    }),
    summary:
      "A zone server will hand a player to the owner of a cell: that server is told whom to expect, and from where",
  }),
  transferClaims: characters.post("/api/Mesh/TransferClaims", {
    credential: "zone",
    request: Type.Object({
      zoneInstanceId: int32,
      transfers: listOf(
        Type.Object({
          characterName: requiredText,
          entityId,
          epoch,
          /** Whether the answer brings what was saved last. */
          withCharacter: Type.Optional(Type.Boolean()),
        }),
      ),
    }),
    response: Type.Object({
      /** One for each transfer, in their order. */
      answers: Type.Array(
        Type.Object({
          success: flag,
          errorMessage: text,
          character: Type.Optional(nullable(characterByName)),
          customData: Type.Optional(Type.Array(customDataField)),
        }),
      ),
    }),
    summary:
      "A zone server that took over living entities holds their characters' claims from now on; older epochs are refused",
  }),
  claimCharacter: characters.post("/api/Mesh/ClaimCharacter", {
    credential: "zone",
    request: Type.Object({
      zoneInstanceId: int32,
      characterName: requiredText,
      userSessionGUID: nullableGuid,
      entityId,
      epoch,
    }),
    response: Type.Object({
      success: flag,
      errorMessage: text,
      holder: nullable(Type.Object({ zoneInstanceId: int32 })),
      character: nullable(characterByName),
      customData: Type.Array(customDataField),
    }),
    summary: "A zone server takes a character; one zone server holds it at a time",
  }),
  saveCharacters: characters.post("/api/Mesh/SaveCharacters", {
    credential: "zone",
    request: Type.Object({
      zoneInstanceId: int32,
      characters: listOf(
        Type.Object({
          characterName: requiredText,
          entityId,
          epoch,
          zoneName: requiredText,
          x: float64,
          y: float64,
          z: float64,
          rx: float64,
          ry: float64,
          rz: float64,
          customData: listOf(customDataField),
          release: flag,
        }),
      ),
    }),
    response: Type.Object({
      success: flag,
      errorMessage: text,
      refused: Type.Array(Type.Object({ characterName: requiredText, reason: requiredText })),
    }),
    summary: "The holder of claims saves its characters, exactly as given, and may release them in the same step",
  }),
} as const;
