export { GhostChanges } from "./ghosts/ghost-changes.ts";
export {
  GHOST_KEEP_METERS,
  GHOST_MIN_MS,
  type GhostGround,
  ghostGround,
  ghostRadiusMeters,
  type NearServers,
} from "./ghosts/ghost-ground.ts";
export { ServerReach } from "./ghosts/server-reach.ts";
export { SlotStates } from "./ghosts/slot-states.ts";
export { type SlotFate, ToldGhosts, type ToldStep } from "./ghosts/told-ghosts.ts";
export {
  type Cell,
  type CellId,
  cellAt,
  cellBounds,
  cellMeters,
  cellOf,
  cellsBeside,
  childrenOf,
  compareCells,
  formatCell,
  overlaps,
  parentOf,
  parseCell,
} from "./ground/cell.ts";
export { checkPartition, isServerId, type PartitionMistake } from "./ground/check-partition.ts";
export {
  FINEST_CELL_METERS,
  FINEST_LEVEL,
  GroundError,
  LARGEST_CELL_METERS,
  MAX_ZONE_METERS,
  MIN_REGION_METERS,
} from "./ground/lattice.ts";
export {
  type Direction,
  type Neighbour,
  type NeighbourInDirection,
  neighboursInDirection,
  neighboursOf,
  parseDirection,
} from "./ground/neighbours.ts";
export { serversOf } from "./ground/owner-grid.ts";
export {
  assignCells,
  MAX_PARTITION_CELLS,
  MAX_PARTITION_SERVERS,
  mergeCells,
  moveCells,
  type Partition,
  type ServerId,
  splitCell,
} from "./ground/partition.ts";
export { type PartitionWire, partitionFromWire, partitionToWire } from "./ground/partition-wire.ts";
export { type GroundPoint, GroundRaster, type RasterOptions } from "./ground/raster.ts";
export { roomForServers, staticPartition } from "./ground/static-partition.ts";
export { withoutServer } from "./ground/without-server.ts";
export type { ApplyDelta } from "./handoff/apply-delta.ts";
export { type CopyOrder, ROLES, type Role, type UnitCopy } from "./handoff/copies.ts";
export { HandoffDesk } from "./handoff/desk.ts";
export type { DeskEffect } from "./handoff/desk-effect.ts";
export type { DeskOptions, DeskParts, LeavingUnit } from "./handoff/desk-options.ts";
export { type DeskGround, type EarlyPrepare, stepEarlyPrepare } from "./handoff/early-prepare.ts";
export { type GhostCopy, holdGhost, stepGhost } from "./handoff/ghost-copy.ts";
export { EpochMemory } from "./handoff/memory.ts";
export {
  type HandoffMessage,
  type Member,
  type MemberState,
  nextEpoch,
  type RefuseReason,
} from "./handoff/messages.ts";
export {
  defaultSourceRules,
  type SourceRules,
  type SourceState,
  type StayReason,
  stepSource,
} from "./handoff/source.ts";
export { defaultTargetRules, stepTarget, type TargetRules, type TargetState } from "./handoff/target.ts";
export {
  effectName,
  ghostTransitions,
  type Side,
  sourceTransitions,
  type Transition,
  targetTransitions,
  transitionOf,
} from "./handoff/transitions.ts";
export { ClientView, DEFAULT_VIEW_CAP } from "./interest/client-view.ts";
export { type GridBounds, InterestGrid } from "./interest/interest-grid.ts";
export { dropDead, scheduleRecords } from "./interest/schedule-records.ts";
export { type Viewer, ViewSelector } from "./interest/select-view.ts";
export { SlotHistory } from "./interest/slot-history.ts";
export { isTurn, SLOWEST_TIER, TIERS, type Tier, tierAt } from "./interest/tiers.ts";
export { ViewChanges } from "./interest/view-changes.ts";
export {
  type CoordinatorEffect,
  type CoordinatorEvent,
  OwnershipCoordinator,
  type OwnershipOrder,
} from "./membership/coordinator.ts";
export { type CopyPart, type Decision, decideUnits, type HeldCopy } from "./membership/decide.ts";
