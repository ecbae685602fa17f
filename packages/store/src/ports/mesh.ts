import type { IdBlock } from "@ows/base";
import type { CustomerGuid } from "./ids.ts";

export type NextTermResult =
  | { readonly kind: "raised"; readonly term: number }
  /** Somebody else raised it: `term` is the current one. */
  | { readonly kind: "stale"; readonly term: number };

export interface MeshRepository {
  /** The next block of entity ids; the first starts at 2^20. Atomic, growing, and no id is ever granted twice. */
  grantIdBlock(customerGuid: CustomerGuid): Promise<IdBlock>;
  /** 0 for a mesh instance that never had a term. */
  currentTerm(customerGuid: CustomerGuid, meshInstance: string): Promise<number>;
  /** Raises the term by one if it still is `expectedTerm`: of several callers that expect the same, one succeeds. */
  nextTerm(customerGuid: CustomerGuid, meshInstance: string, expectedTerm: number): Promise<NextTermResult>;
}
