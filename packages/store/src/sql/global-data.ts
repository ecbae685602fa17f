import type { GlobalDataRepository } from "../ports/global-data.ts";
import type { SqlContext } from "./context.ts";

export function createGlobalDataRepository({ db }: SqlContext): GlobalDataRepository {
  return {
    async get(customerGuid, key) {
      const row = await db
        .selectFrom("GlobalData")
        .select([
          "CustomerGUID as customerGuid",
          "GlobalDataKey as globalDataKey",
          "GlobalDataValue as globalDataValue",
        ])
        .where("CustomerGUID", "=", customerGuid)
        .where("GlobalDataKey", "=", key)
        .executeTakeFirst();
      return row ?? null;
    },

    async put(customerGuid, key, value) {
      await db
        .insertInto("GlobalData")
        .values({ CustomerGUID: customerGuid, GlobalDataKey: key, GlobalDataValue: value })
        .onConflict((conflict) =>
          conflict.columns(["CustomerGUID", "GlobalDataKey"]).doUpdateSet({ GlobalDataValue: value }),
        )
        .execute();
    },

    async getStartTime(customerGuid) {
      const row = await db
        .selectFrom("WorldSettings")
        .select("StartTime")
        .where("CustomerGUID", "=", customerGuid)
        .orderBy("WorldSettingsID", "desc")
        .executeTakeFirst();
      return row?.StartTime ?? null;
    },
  };
}
