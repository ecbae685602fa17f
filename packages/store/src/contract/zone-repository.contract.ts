import { expect, test } from "vitest";
import { countKinds, type OpenStore, race, storeSuite } from "./store-suite.test-kit.ts";

export function zoneRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`ZoneRepository: ${name}`, openStore, (world) => {
    test("a new zone takes the defaults for what is left out", async () => {
      const { customerGuid } = await world.tenant();
      const added = await world.store.zones.addOrUpdate(customerGuid, { zoneName: "Tower", mapName: "TowerMap" });
      expect(added).toMatchObject({
        kind: "added",
        zone: {
          ...{ customerGuid, zoneName: "Tower", mapName: "TowerMap", width: 0, height: 0, mapMode: 1 },
          ...{ worldCompContainsFilter: "", worldCompListFilter: "" },
          ...{ softPlayerCap: 60, hardPlayerCap: 80, minutesToShutdownAfterEmpty: 1 },
        },
      });
      expect(await world.store.zones.getByName(customerGuid, "Tower")).toEqual(added.zone);
    });

    test("adding a zone again updates what is given and keeps the rest", async () => {
      const { customerGuid } = await world.tenant();
      const { zones } = world.store;
      const before = await zones.addOrUpdate(customerGuid, {
        zoneName: "Tower",
        mapName: "A",
        hardPlayerCap: 200,
        mapMode: 2,
      });
      const after = await zones.addOrUpdate(customerGuid, { zoneName: "Tower", mapName: "B", softPlayerCap: 5 });
      expect(after.kind).toBe("updated");
      expect(after.zone).toEqual({ ...before.zone, mapName: "B", softPlayerCap: 5 });
    });

    test("of many who add one zone, one adds it", async () => {
      const { customerGuid } = await world.tenant();
      const zone = { zoneName: "Tower", mapName: "A" };
      const results = await race(10, () => world.store.zones.addOrUpdate(customerGuid, zone));
      expect(countKinds(results)).toEqual({ added: 1, updated: 9 });
    });

    test("zones are listed by name, each customer's own", async () => {
      const { customerGuid } = await world.tenant();
      const names = (await world.store.zones.list(customerGuid)).map((zone) => zone.zoneName);
      expect(names).toEqual(["Cave", "Field"]);
      expect(await world.store.zones.list(world.guid())).toEqual([]);
      expect(await world.store.zones.getByName(customerGuid, "Nowhere")).toBeNull();
    });
  });
}
