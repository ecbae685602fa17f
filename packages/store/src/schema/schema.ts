import type { Selectable } from "kysely";
import type { RowOf } from "./column.ts";
import { abilityTables } from "./tables/abilities.ts";
import { characterTables } from "./tables/characters.ts";
import { groundTables } from "./tables/ground.ts";
import { itemTables } from "./tables/items.ts";
import { meshTables } from "./tables/mesh.ts";
import { socialTables } from "./tables/social.ts";
import { tenantTables } from "./tables/tenant.ts";
import { zoneTables } from "./tables/zones.ts";

/** Version row of the OWS schema that `owsTables` describes. */
export const OWS_DATABASE_VERSION = "20230304";

/** The 37 tables of OWS under their own names, each after the tables it refers to. */
export const owsTables = {
  ...tenantTables,
  ...characterTables,
  ...abilityTables,
  ...itemTables,
  ...socialTables,
  ...zoneTables,
};

export const allTables = { ...owsTables, ...meshTables, ...groundTables };

type Tables = typeof allTables;

/** The database as Kysely sees it. */
export type OwsDatabase = { [Name in keyof Tables]: RowOf<Tables[Name]["columns"]> };

/** A row as a query returns it. */
export type Row<Name extends keyof OwsDatabase> = Selectable<OwsDatabase[Name]>;
