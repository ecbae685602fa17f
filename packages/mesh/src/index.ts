export { ClientView, DEFAULT_VIEW_CAP } from "./interest/client-view.ts";
export { type GridBounds, InterestGrid } from "./interest/interest-grid.ts";
export { dropDead, scheduleRecords } from "./interest/schedule-records.ts";
export { type Viewer, ViewSelector } from "./interest/select-view.ts";
export { SlotHistory } from "./interest/slot-history.ts";
export { isTurn, SLOWEST_TIER, TIERS, type Tier, tierAt } from "./interest/tiers.ts";
export { ViewChanges } from "./interest/view-changes.ts";
