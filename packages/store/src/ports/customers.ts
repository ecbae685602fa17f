import type { CustomerGuid, EpochMs, UserGuid } from "./ids.ts";

/** A tenant. Its GUID is the API key of the games that belong to it. */
export interface CustomerRecord {
  readonly customerGuid: CustomerGuid;
  readonly customerName: string;
  readonly customerEmail: string;
  readonly customerPhone: string | null;
  readonly customerNotes: string | null;
  readonly enableDebugLogging: boolean;
  readonly enableAutoLoopBack: boolean;
  readonly developerPaid: boolean;
  readonly publisherPaidDate: EpochMs | null;
  readonly stripeCustomerId: string;
  readonly freeTrialStarted: EpochMs | null;
  /** False limits character names to A-Z, a-z, 0-9 and blanks. */
  readonly supportUnicode: boolean;
  readonly createDate: EpochMs;
  readonly noPortForwarding: boolean;
}

export interface NewCustomer {
  readonly customerName: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** Already hashed, at most 128 characters. */
  readonly passwordHash: string;
  /** Null lets the store choose one. */
  readonly customerGuid: CustomerGuid | null;
}

export interface BareCustomer {
  readonly customerGuid: CustomerGuid;
  readonly customerName: string;
  readonly customerEmail: string;
}

export type AddCustomerResult =
  | { readonly kind: "added"; readonly customerGuid: CustomerGuid; readonly userGuid: UserGuid }
  | { readonly kind: "duplicate-customer"; readonly customerGuid: CustomerGuid };

export interface CustomerRepository {
  exists(customerGuid: CustomerGuid): Promise<boolean>;
  get(customerGuid: CustomerGuid): Promise<CustomerRecord | null>;
  /**
   * Adds a tenant with the rows OWS gives it, in one transaction: world settings, a `Developer` user, five zones
   * (ThirdPersonExampleMap, Map2, DungeonMap, Zone1, Zone2), the class `MaleWarrior` and the character `Test`
   * with its `Bag`.
   */
  addNewCustomer(customer: NewCustomer): Promise<AddCustomerResult>;
  /** Adds a tenant that has world settings and nothing else, unless there is one with this GUID. */
  ensure(customer: BareCustomer): Promise<{ readonly kind: "added" | "exists" }>;
}
