import { Type } from "typebox";
import { endpointsOf } from "../endpoint.ts";
import { noRequest, successAndErrorMessage } from "../models/common.ts";
import { joinWithTicket } from "../models/join.ts";
import { zoneInstance, zoneInstanceOfWorldServer, zoneInstanceOfZone } from "../models/zone-instance.ts";
import { guid, int32, text } from "../schema.ts";
import { statusOf } from "./status.ts";

const { get, post } = endpointsOf("instance-management");

/** The header by which StartInstanceLauncher and ShutDownInstanceLauncher name the launcher. */
export const LAUNCHER_HEADER = "x-launcherguid";

export const instanceManagement = {
  status: statusOf("instance-management"),
  registerLauncher: post("/api/Instance/RegisterLauncher", {
    request: Type.Object({
      request: Type.Object({
        launcherGUID: text,
        serverIP: text,
        maxNumberOfInstances: int32,
        internalServerIP: text,
        startingInstancePort: int32,
      }),
    }),
    response: successAndErrorMessage,
    summary: "Adds or updates the world server of a launcher",
  }),
  startInstanceLauncher: get("/api/Instance/StartInstanceLauncher", {
    request: noRequest,
    response: int32,
    summary: "Marks the launcher of X-LauncherGUID as active; answers its WorldServerID, or -1",
  }),
  shutDownInstanceLauncher: post("/api/Instance/ShutDownInstanceLauncher", {
    request: Type.Object({ request: Type.Object({ worldServerID: int32 }) }),
    response: successAndErrorMessage,
    summary: "Takes a world server and its zone instances out of service",
  }),
  spinUpServerInstance: post("/api/Instance/SpinUpServerInstance", {
    request: Type.Object({ worldServerID: int32, zoneInstanceID: int32, zoneName: text, port: int32 }),
    response: successAndErrorMessage,
    summary: "Tells a launcher to start a zone server; zoneName carries the map name",
  }),
  shutDownServerInstance: post("/api/Instance/ShutDownServerInstance", {
    request: Type.Object({ worldServerID: int32, zoneInstanceID: int32 }),
    response: successAndErrorMessage,
    summary: "Tells a launcher to stop a zone server",
  }),
  setZoneInstanceStatus: post("/api/Instance/SetZoneInstanceStatus", {
    request: Type.Object({ request: Type.Object({ zoneInstanceID: int32, instanceStatus: int32 }) }),
    response: successAndErrorMessage,
    summary: "Sets the status of a zone instance: 0 down, 1 starting, 2 ready",
  }),
  updateNumberOfPlayers: post("/api/Instance/UpdateNumberOfPlayers", {
    request: Type.Object({ zoneInstanceId: int32, numberOfConnectedPlayers: int32 }),
    response: successAndErrorMessage,
    pluginRequest: { zoneInstanceId: 12, numberOfConnectedPlayers: "3" },
    summary: "Heartbeat of a zone server; the first one makes the instance ready",
  }),
  getZoneInstance: post("/api/Instance/GetZoneInstance", {
    request: Type.Object({ zoneInstanceId: int32 }),
    response: zoneInstance,
    bareMember: "zoneInstanceId",
    pluginRequest: { ZoneInstanceId: 12 },
    summary: "The zone and map of an instance; takes a bare number too",
  }),
  getZoneInstancesForWorldServer: post("/api/Instance/GetZoneInstancesForWorldServer", {
    request: Type.Object({ request: Type.Object({ worldServerID: int32 }) }),
    response: Type.Array(zoneInstanceOfWorldServer),
    summary: "All zone instances of a world server",
  }),
  getZoneInstancesForZone: post("/api/Instance/GetZoneInstancesForZone", {
    request: Type.Object({ request: Type.Object({ zoneName: text }) }),
    response: Type.Array(zoneInstanceOfZone),
    pluginRequest: { request: { zoneName: "Meadow" } },
    summary: "All instances of a zone, whatever their status",
  }),
  getServerToConnectTo: post("/api/Instance/GetServerToConnectTo", {
    request: Type.Object({
      userSessionGUID: guid,
      characterName: text,
      zoneName: text,
      playerGroupType: Type.Integer({ format: "int32", aliases: ["playerGroupTypeId"] }),
    }),
    response: joinWithTicket,
    summary: "The join decision itself, made in one process; answers within 25 seconds",
  }),
  addZone: post("/api/Zones/AddZone", {
    request: Type.Object({
      addOrUpdateZone: Type.Object({
        customerGUID: guid,
        mapID: int32,
        mapName: text,
        zoneName: text,
        worldCompContainsFilter: text,
        worldCompListFilter: text,
        softPlayerCap: int32,
        hardPlayerCap: int32,
        mapMode: int32,
      }),
    }),
    response: successAndErrorMessage,
    pluginRequest: {
      addOrUpdateZone: {
        mapId: 0,
        zoneName: "Meadow",
        mapName: "MeadowMap",
        worldCompContainsFilter: "",
        worldCompListFilter: "",
        softPlayerCap: 60,
        hardPlayerCap: 80,
        mapMode: 1,
      },
    },
    summary: "Adds a zone, or updates the one of that name",
  }),
} as const;
