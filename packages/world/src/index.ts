export type {
  JoinEffect,
  JoinEvent,
  JoinFailure,
  JoinOutcome,
  RecoveredInstance,
  RecoveredWorldServer,
} from "./join/messages.ts";
export { occupancy } from "./join/occupancy.ts";
export {
  characterKey,
  DUNGEON_MAP_MODE,
  type GoneInstance,
  type InstanceKey,
  type InstancePhase,
  type JoinId,
  type JoinRequest,
  type MeshKey,
  type Position,
  type WaitingJoin,
  type WorldServer,
  type WorldServerId,
  type Zone,
  type ZoneId,
  type ZoneInstance,
  type ZoneInstanceId,
} from "./join/records.ts";
export { defaultJoinRules, type JoinRules } from "./join/rules.ts";
export { emptyJoinState, findInstance, isMeshed, type JoinState } from "./join/state.ts";
export { type JoinStep, joinDeadlineMs, stepJoins } from "./join/step.ts";
