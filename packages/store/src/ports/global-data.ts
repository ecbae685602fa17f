import type { CustomerGuid } from "./ids.ts";

export interface GlobalDataItem {
  readonly customerGuid: CustomerGuid;
  /** At most 50 characters. */
  readonly globalDataKey: string;
  readonly globalDataValue: string;
}

export interface GlobalDataRepository {
  get(customerGuid: CustomerGuid, key: string): Promise<GlobalDataItem | null>;
  /** Inserts or replaces, in one statement. */
  put(customerGuid: CustomerGuid, key: string, value: string): Promise<void>;
  /** Unix seconds of the world's creation, of the latest WorldSettings row; null without one. */
  getStartTime(customerGuid: CustomerGuid): Promise<number | null>;
}
