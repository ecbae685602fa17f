import { Type } from "typebox";
import { guid, int32, nullableDateTime, text, uint8 } from "../schema.ts";

/** What a starting zone server learns about itself; nulls and zeros when the instance is unknown. */
export const zoneInstance = Type.Object({
  mapName: text,
  zoneName: text,
  worldCompContainsFilter: text,
  worldCompListFilter: text,
  mapInstanceID: int32,
  status: int32,
  maxNumberOfInstances: int32,
  activeStartTime: nullableDateTime,
  serverStatus: uint8,
  internalServerIP: text,
});

/** An instance as launchers ask for it. `playerGoupID` is misspelt on the wire. */
export const zoneInstanceOfWorldServer = Type.Object({
  customerGUID: guid,
  mapInstanceID: int32,
  worldServerID: int32,
  mapID: int32,
  port: int32,
  status: int32,
  playerGoupID: int32,
  numberOfReportedPlayers: int32,
  lastUpdateFromServer: nullableDateTime,
  lastServerEmptyDate: nullableDateTime,
  createDate: nullableDateTime,
  softPlayerCap: int32,
  hardPlayerCap: int32,
  mapName: text,
  mapMode: int32,
  minutesToShutdownAfterEmpty: int32,
  minutesServerHasBeenEmpty: int32,
  minutesSinceLastUpdate: int32,
});

/** An instance as game servers ask for it. `mapMode` is a text here. */
export const zoneInstanceOfZone = Type.Object({
  mapID: int32,
  mapName: text,
  zoneName: text,
  worldCompContainsFilter: text,
  worldCompListFilter: text,
  mapMode: text,
  softPlayerCap: int32,
  hardPlayerCap: int32,
  minutesToShutdownAfterEmpty: int32,
  mapInstanceID: int32,
  worldServerID: int32,
  port: int32,
  status: int32,
  playerGroupID: int32,
  numberOfReportedPlayers: int32,
  lastUpdateFromServer: nullableDateTime,
  lastServerEmptyDate: nullableDateTime,
  createDate: nullableDateTime,
});
