import { expect, test } from "vitest";
import { type OpenStore, race, storeSuite } from "./store-suite.test-kit.ts";

export function globalDataRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`GlobalDataRepository: ${name}`, openStore, (world) => {
    test("an item is written, replaced and read, each customer's own", async () => {
      const { globalData } = world.store;
      const { customerGuid } = await world.tenant();
      expect(await globalData.get(customerGuid, "Weather")).toBeNull();
      await globalData.put(customerGuid, "Weather", "sun");
      await globalData.put(customerGuid, "Weather", "räin ☔");
      expect(await globalData.get(customerGuid, "Weather")).toEqual({
        ...{ customerGuid, globalDataKey: "Weather", globalDataValue: "räin ☔" },
      });
      expect(await globalData.get(world.guid(), "Weather")).toBeNull();
    });

    test("many first writes of one key all succeed and make one item", async () => {
      const { globalData } = world.store;
      const { customerGuid } = await world.tenant();
      await race(20, (index) => globalData.put(customerGuid, "Counter", String(index)));
      expect(Number((await globalData.get(customerGuid, "Counter"))?.globalDataValue)).toBeGreaterThanOrEqual(0);
    });

    test("a key of more than 50 characters is refused", async () => {
      const { customerGuid } = await world.tenant();
      const write = world.store.globalData.put(customerGuid, "k".repeat(51), "v");
      await expect(write).rejects.toMatchObject({ name: "StoreError", code: "constraint" });
    });

    test("a customer without world settings has no start time", async () => {
      expect(await world.store.globalData.getStartTime(world.guid())).toBeNull();
    });
  });
}
