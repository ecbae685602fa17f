import { expect, test } from "vitest";
import { seedDevelopment } from "../seed-development.ts";
import { type OpenStore, storeSuite } from "./store-suite.test-kit.ts";

export function templateRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`TemplateRepository: ${name}`, openStore, (world) => {
    test("a template that exists stays as it is", async () => {
      const { templates, characters } = world.store;
      const tenant = await world.tenant();
      const { customerGuid } = tenant;
      const walker = { className: "Walker", startingZoneName: "Cave" };
      expect(await templates.addClass(customerGuid, walker)).toEqual({ kind: "exists" });
      expect((await tenant.character(await tenant.session(), "Oak")).mapName).toBe("Field");
      const set = { defaultSetName: "Start", startingZoneName: "Cave" };
      expect(await templates.addDefaultSet(customerGuid, set)).toEqual({ kind: "added" });
      expect(await templates.addDefaultSet(customerGuid, set)).toEqual({ kind: "exists" });
      expect(await characters.getDefaultCustomData(customerGuid, "Start")).toEqual([]);
    });

    test("the development seed adds what is missing, and nothing the second time", async () => {
      const { store } = world;
      const customerGuid = world.guid();
      const first = await seedDevelopment(store, { customerGuid });
      expect(first.map((step) => `${step.what}: ${step.done}`)).toEqual([
        "customer Development: added",
        "zone Meadow: added",
        "zone Cellar: added",
        "class Wanderer: added",
        "start set Default: added",
      ]);
      await store.zones.addOrUpdate(customerGuid, { zoneName: "Cellar", mapName: "Cellar", softPlayerCap: 7 });
      const second = await seedDevelopment(store, { customerGuid });
      expect(second.every((step) => step.done === "kept")).toBe(true);
      expect((await store.zones.getByName(customerGuid, "Cellar"))?.softPlayerCap).toBe(7);
      expect(await store.zones.getByName(customerGuid, "Meadow")).toMatchObject({
        softPlayerCap: 600,
        hardPlayerCap: 800,
      });
      expect((await store.customers.get(customerGuid))?.supportUnicode).toBe(false);
    });
  });
}
