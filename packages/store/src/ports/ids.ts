export type { Epoch } from "@ows/base";

/** Ids as they travel through the ports. GUIDs are lower-case and dashed; the others are positive 32-bit integers. */
export type CustomerGuid = string;
export type UserGuid = string;
export type UserSessionGuid = string;
export type CharacterId = number;
export type ZoneId = number;
export type ZoneInstanceId = number;
export type WorldServerId = number;

/** A safe integer; never used twice by one customer. */
export type EntityId = number;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** A position in Unreal units and a rotation in degrees. */
export interface Transform {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly rx: number;
  readonly ry: number;
  readonly rz: number;
}
