import type { CharacterStats } from "./character-stats.ts";
import type { CustomDataRow } from "./characters.ts";
import type { CustomerGuid, Transform } from "./ids.ts";

/** What new characters are made from. */
export interface NewClass extends Partial<Transform> {
  readonly className: string;
  /** The zone that new characters start in. */
  readonly startingZoneName: string;
  /** What is left out is 0. */
  readonly stats?: Partial<CharacterStats>;
}

export interface NewDefaultSet extends Partial<Transform> {
  readonly defaultSetName: string;
  /** The zone that new characters start in. */
  readonly startingZoneName: string;
  readonly customData?: readonly CustomDataRow[];
}

export type AddTemplateResult = { readonly kind: "added" | "exists" };

/** Neither method changes a template of the same name that is there already. */
export interface TemplateRepository {
  addClass(customerGuid: CustomerGuid, newClass: NewClass): Promise<AddTemplateResult>;
  addDefaultSet(customerGuid: CustomerGuid, defaultSet: NewDefaultSet): Promise<AddTemplateResult>;
}
