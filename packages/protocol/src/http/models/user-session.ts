import { Type } from "typebox";
import { dateTime, float64, guid, int32, nullableGuid, text } from "../schema.ts";

/** A session, its user, and its selected character when that belongs to the user. */
export const userSession = Type.Object({
  customerGuid: guid,
  userGuid: nullableGuid,
  userSessionGUID: guid,
  loginDate: dateTime,
  selectedCharacterName: text,
  firstName: text,
  lastName: text,
  email: text,
  createDate: dateTime,
  lastAccess: dateTime,
  role: text,
  characterID: int32,
  charName: text,
  zoneName: text,
  x: float64,
  y: float64,
  z: float64,
  rx: float64,
  ry: float64,
  rz: float64,
});
