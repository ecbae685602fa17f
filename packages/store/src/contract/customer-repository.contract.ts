import { expect, test } from "vitest";
import { countKinds, type OpenStore, race, storeSuite } from "./store-suite.test-kit.ts";

export function customerRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`CustomerRepository: ${name}`, openStore, (world) => {
    const newCustomer = (customerGuid: string | null) => ({
      customerName: "Studio",
      firstName: "Ada",
      lastName: "Byron",
      email: "ada@example.com",
      passwordHash: "hash",
      customerGuid,
    });

    test("a new customer has the settings, zones, class and character that OWS gives it", async () => {
      const { customers, zones, characters, users, globalData } = world.store;
      const customerGuid = world.guid();
      const added = await customers.addNewCustomer(newCustomer(customerGuid));
      expect(added).toMatchObject({ kind: "added", customerGuid });
      expect(await customers.get(customerGuid)).toEqual({
        customerGuid,
        customerName: "Studio",
        customerEmail: "ada@example.com",
        customerPhone: "",
        customerNotes: "",
        enableDebugLogging: true,
        enableAutoLoopBack: true,
        developerPaid: false,
        publisherPaidDate: null,
        stripeCustomerId: "",
        freeTrialStarted: null,
        supportUnicode: false,
        createDate: world.nowMs,
        noPortForwarding: false,
      });
      expect(await globalData.getStartTime(customerGuid)).toBe(Math.floor(world.nowMs / 1000));
      expect((await zones.list(customerGuid)).map((zone) => `${zone.zoneName} on ${zone.mapName}`)).toEqual([
        "DungeonMap on DungeonMap",
        "Map2 on Map2",
        "ThirdPersonExampleMap on ThirdPersonExampleMap",
        "Zone1 on FourZoneMap",
        "Zone2 on FourZoneMap",
      ]);
      expect((await zones.list(customerGuid))[0]).toMatchObject({
        ...{ width: 1, height: 1, mapMode: 1, softPlayerCap: 60, hardPlayerCap: 80, minutesToShutdownAfterEmpty: 1 },
      });
      expect((await users.listUsers(customerGuid)).map((user) => user.role)).toEqual(["Developer"]);
      expect(await users.findPlayerByEmail(customerGuid, "ada@example.com")).toBeNull();
      expect(await characters.getByName(customerGuid, "Test")).toMatchObject({
        ...{ className: "MaleWarrior", mapName: "ThirdPersonExampleMap", z: 250, maxHealth: 100, health: 50 },
        ...{ teamNumber: 1, hitDie: 10, energyRegenRate: 5, baseAttack: 5, wisdom: 10, mana: 0, email: "" },
      });
    });

    test("a GUID that exists is refused and changes nothing", async () => {
      const customerGuid = world.guid();
      await world.store.customers.addNewCustomer(newCustomer(customerGuid));
      const again = await world.store.customers.addNewCustomer({ ...newCustomer(customerGuid), customerName: "Other" });
      expect(again).toEqual({ kind: "duplicate-customer", customerGuid });
      expect((await world.store.customers.get(customerGuid))?.customerName).toBe("Studio");
      expect(await world.store.zones.list(customerGuid)).toHaveLength(5);
    });

    test("a customer without a GUID gets one, lower-case and dashed", async () => {
      const added = await world.store.customers.addNewCustomer(newCustomer(null));
      expect(added.customerGuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(await world.store.customers.exists(added.customerGuid)).toBe(true);
    });

    test("a GUID is found in any case", async () => {
      const { customerGuid } = await world.tenant();
      expect(await world.store.customers.exists(customerGuid.toUpperCase())).toBe(true);
    });

    test("an unknown customer does not exist", async () => {
      expect(await world.store.customers.exists(world.guid())).toBe(false);
      expect(await world.store.customers.get(world.guid())).toBeNull();
    });

    test("of many who ensure one customer, one adds it", async () => {
      const bare = { customerGuid: world.guid(), customerName: "Bare", customerEmail: "bare@example.com" };
      const results = await race(10, () => world.store.customers.ensure(bare));
      expect(countKinds(results)).toEqual({ added: 1, exists: 9 });
      expect(await world.store.zones.list(bare.customerGuid)).toEqual([]);
      expect(await world.store.globalData.getStartTime(bare.customerGuid)).toBe(Math.floor(world.nowMs / 1000));
    });
  });
}
