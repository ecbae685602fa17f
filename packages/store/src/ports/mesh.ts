import type { IdBlock } from "@ows/base";
import type { CustomerGuid, EntityId, Epoch, ZoneInstanceId } from "./ids.ts";

export type NextTermResult =
  | { readonly kind: "raised"; readonly term: number }
  /** Somebody else raised it: `term` is the current one. */
  | { readonly kind: "stale"; readonly term: number };

/** One version of who owns which ground. */
export interface GridAssignments {
  readonly version: number;
  readonly cells: readonly { readonly cell: string; readonly zoneInstanceId: ZoneInstanceId }[];
}

export interface MeshRepository {
  /** The next block of entity ids; the first starts at 2^20. Atomic, growing, and no id is ever granted twice. */
  grantIdBlock(customerGuid: CustomerGuid): Promise<IdBlock>;
  /** 0 for a mesh instance that never had a term. */
  currentTerm(customerGuid: CustomerGuid, meshInstance: string): Promise<number>;
  /** Raises the term by one if it still is `expectedTerm`: of several callers that expect the same, one succeeds. */
  nextTerm(customerGuid: CustomerGuid, meshInstance: string, expectedTerm: number): Promise<NextTermResult>;
  /** Replaces the assignments by a newer version, as a whole; false when this or a newer one is written already. */
  saveAssignments(customerGuid: CustomerGuid, meshInstance: string, assignments: GridAssignments): Promise<boolean>;
  /** Null for a mesh instance without ground. */
  assignments(customerGuid: CustomerGuid, meshInstance: string): Promise<GridAssignments | null>;
  /** Writes down that a commit never took place: nobody may own the entity at this epoch. Repeating it does nothing. */
  saveVoid(
    customerGuid: CustomerGuid,
    meshInstance: string,
    commit: { readonly entityId: EntityId; readonly epoch: Epoch },
  ): Promise<void>;
  /** Deletes assignments and voids of mesh instances that are no more: all of the customer, or the one named. Terms stay. */
  forgetMeshes(customerGuid: CustomerGuid, meshInstance?: string): Promise<void>;
}
