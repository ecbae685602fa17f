import { expect, test } from "vitest";
import { countKinds, type OpenStore, race, storeSuite } from "./store-suite.test-kit.ts";

export function characterRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`CharacterRepository: ${name}`, openStore, (world) => {
    test("a character takes zone, position and stats of its class", async () => {
      const tenant = await world.tenant();
      const session = await tenant.session();
      const character = await tenant.character(session, "  Old   Oak ");
      expect(character).toMatchObject({
        ...{ customerGuid: tenant.customerGuid, charName: "Old Oak", className: "Walker", mapName: "Field" },
        ...{ x: 10.5, y: 0, z: 0, health: 80, maxHealth: 100, gold: 7, xp: 3, mana: 0 },
        ...{ email: "", serverIp: "", isAdmin: false, createDate: world.nowMs, lastActivity: world.nowMs },
      });
      expect(await world.store.characters.listBySession(tenant.customerGuid, session)).toEqual([character]);
    });

    test("creation from a class names the first thing that is wrong", async () => {
      const { customerGuid, ...tenant } = await tenantWithOak();
      const create = async (session: string, characterName: string, className: string) => {
        const request = { customerGuid, userSessionGuid: session, characterName, className };
        return (await world.store.characters.createFromClass(request)).kind;
      };
      expect(await create("nonsense", "B@d", "Nothing")).toBe("invalid-characters");
      expect(await create(tenant.session, "   ", "Walker")).toBe("invalid-characters");
      expect(await create(tenant.session, "x".repeat(51), "Walker")).toBe("invalid-characters");
      expect(await create(world.guid(), "Oak", "Nothing")).toBe("invalid-session");
      expect(await create(tenant.session, "Oak", "Nothing")).toBe("invalid-class");
      expect(await create(tenant.session, "Oak", "Walker")).toBe("name-taken");
      expect(await create(tenant.session, " oAK ", "Walker")).toBe("name-taken");
      expect(await create(tenant.session, "Oak 2", "Walker")).toBe("created");
    });

    test("creation from defaults names the first thing that is wrong", async () => {
      const { customerGuid, ...tenant } = await tenantWithOak();
      await world.store.templates.addDefaultSet(customerGuid, { defaultSetName: "Start", startingZoneName: "Cave" });
      const create = async (session: string, characterName: string, defaultSetName: string) => {
        const request = { customerGuid, userSessionGuid: session, characterName, defaultSetName };
        return (await world.store.characters.createFromDefaults(request)).kind;
      };
      expect(await create(world.guid(), "B@d", "Nothing")).toBe("invalid-characters");
      expect(await create(world.guid(), "OAK", "Nothing")).toBe("name-taken");
      expect(await create(world.guid(), "Elm", "Nothing")).toBe("invalid-session");
      expect(await create(tenant.session, "Elm", "Nothing")).toBe("unknown-default-set");
      expect(await create(tenant.session, "Elm", "Start")).toBe("created");
    });

    test("a character from defaults has their place and custom data, and no class", async () => {
      const { characters, templates } = world.store;
      const tenant = await world.tenant();
      const { customerGuid } = tenant;
      const customData = [
        { customFieldName: "BaseCharacterStats", fieldValue: '{"a":1}' },
        { customFieldName: "Look", fieldValue: "green" },
      ];
      const set = { defaultSetName: "Start", startingZoneName: "Cave", z: 3.5, rz: 90, customData };
      await templates.addDefaultSet(customerGuid, set);
      expect(await characters.getDefaultCustomData(customerGuid, "Start")).toEqual(customData);
      const userSessionGuid = await tenant.session();
      const request = { customerGuid, userSessionGuid, characterName: "Elm", defaultSetName: "Start" };
      const result = await characters.createFromDefaults(request);
      expect(result).toMatchObject({
        kind: "created",
        character: { charName: "Elm", mapName: "Cave", z: 3.5, rz: 90, classId: 0, className: "", health: 0 },
      });
      expect(await characters.getCustomData(customerGuid, "Elm")).toMatchObject(customData);
    });

    test("of many who create one name, in any case, one wins", async () => {
      const tenant = await world.tenant();
      const userSessionGuid = await tenant.session();
      const results = await race(20, (index) =>
        world.store.characters.createFromClass({
          customerGuid: tenant.customerGuid,
          userSessionGuid,
          characterName: index % 2 === 0 ? "Only One" : "ONLY ONE",
          className: "Walker",
        }),
      );
      expect(countKinds(results)).toEqual({ created: 1, "name-taken": 19 });
    });

    test("two customers may have a character of one name each", async () => {
      for (const tenant of [await world.tenant(), await world.tenant()]) {
        await tenant.character(await tenant.session(), "Twin");
      }
    });

    test("an unknown session has no characters", async () => {
      const tenant = await world.tenant();
      expect(await world.store.characters.listBySession(tenant.customerGuid, world.guid())).toEqual([]);
    });

    test("a removed character leaves nothing behind, and its name is free", async () => {
      const { characters, users, claims } = world.store;
      const { customerGuid, session, instance } = await tenantWithOak();
      await characters.putCustomData(customerGuid, "Oak", { customFieldName: "Look", fieldValue: "green" });
      await users.setSelectedCharacter(customerGuid, session, "Oak");
      await characters.linkToInstance(customerGuid, "Oak", instance);
      await claims.claim({
        ...{ customerGuid, characterName: "Oak", zoneInstanceId: instance, entityId: 5 },
        epoch: { term: 1, count: 1 },
      });
      expect(await characters.remove(customerGuid, session, "oak")).toEqual({ kind: "removed" });
      expect(await characters.getByName(customerGuid, "Oak")).toBeNull();
      expect(await world.store.zoneInstances.countLinks(customerGuid, instance)).toBe(0);
      expect((await users.getSession(customerGuid, session))?.selectedCharacterName).toBeNull();
      const className = "Walker";
      await characters.createFromClass({ customerGuid, userSessionGuid: session, characterName: "Oak", className });
      expect(await characters.getCustomData(customerGuid, "Oak")).toEqual([]);
      expect(await claims.holderOf(customerGuid, "Oak")).toBeNull();
    });

    test("only the owner removes a character", async () => {
      const { characters } = world.store;
      const { customerGuid, session, stranger } = await tenantWithOak();
      expect(await characters.remove(customerGuid, stranger, "Oak")).toEqual({ kind: "unknown-character" });
      expect(await characters.remove(customerGuid, world.guid(), "Oak")).toEqual({ kind: "invalid-session" });
      expect(await characters.remove(customerGuid, session, "Nobody")).toEqual({ kind: "unknown-character" });
      expect(await characters.getByName(customerGuid, "Oak")).not.toBeNull();
    });

    test("a character shows the instance it is on, and none after logout", async () => {
      const { characters } = world.store;
      const { customerGuid, instance } = await tenantWithOak();
      const alone = { mapInstanceId: null, port: null, worldServerIp: null };
      expect(await characters.getByName(customerGuid, "OAK")).toMatchObject({ charName: "Oak", ...alone });
      expect(await characters.linkToInstance(customerGuid, "Oak", instance)).toEqual({ kind: "linked" });
      expect(await characters.getByName(customerGuid, "Oak")).toMatchObject({
        ...{ mapName: "Cave", mapInstanceId: instance, port: 7778, worldServerIp: "203.0.113.7" },
      });
      expect(await characters.logout(customerGuid, "Oak")).toEqual({ kind: "logged-out" });
      expect(await characters.getByName(customerGuid, "Oak")).toMatchObject({ mapName: "Cave", ...alone });
      expect(await characters.logout(customerGuid, "Nobody")).toEqual({ kind: "unknown-character" });
    });

    test("a character is on one instance at most", async () => {
      const { characters, zoneInstances } = world.store;
      const { customerGuid, instance, other } = await tenantWithOak();
      await characters.linkToInstance(customerGuid, "Oak", instance);
      await characters.linkToInstance(customerGuid, "Oak", other);
      expect(await zoneInstances.countLinks(customerGuid, instance)).toBe(0);
      expect(await zoneInstances.countLinks(customerGuid, other)).toBe(1);
      expect(await characters.getByName(customerGuid, "Oak")).toMatchObject({ mapInstanceId: other, mapName: "Field" });
    });

    test("a link needs a character and an instance, and fails without a trace", async () => {
      const { characters } = world.store;
      const { customerGuid, instance } = await tenantWithOak();
      await characters.linkToInstance(customerGuid, "Oak", instance);
      expect(await characters.linkToInstance(customerGuid, "Oak", 2_000_000_000)).toEqual({ kind: "unknown-instance" });
      expect(await characters.linkToInstance(customerGuid, "Nobody", instance)).toEqual({ kind: "unknown-character" });
      expect(await characters.getByName(customerGuid, "Oak")).toMatchObject({ mapInstanceId: instance });
    });

    test("custom data is replaced, by field", async () => {
      const { characters } = world.store;
      const { customerGuid } = await tenantWithOak();
      const put = (customFieldName: string, fieldValue: string) =>
        characters.putCustomData(customerGuid, "oak", { customFieldName, fieldValue });
      expect(await put("Look", "green")).toEqual({ kind: "saved" });
      await put("Bag", "[]");
      await put("Look", "brown");
      expect(await characters.getCustomData(customerGuid, "Oak")).toMatchObject([
        { customFieldName: "Bag", fieldValue: "[]" },
        { customFieldName: "Look", fieldValue: "brown" },
      ]);
    });

    test("custom data of an unknown character is empty and cannot be written", async () => {
      const { characters } = world.store;
      const { customerGuid } = await tenantWithOak();
      expect(await characters.getCustomData(customerGuid, "Nobody")).toEqual([]);
      const write = characters.putCustomData(customerGuid, "Nobody", { customFieldName: "Look", fieldValue: "x" });
      expect(await write).toEqual({ kind: "unknown-character" });
    });

    test("many first writes of a custom field make one row", async () => {
      const { characters } = world.store;
      const { customerGuid } = await tenantWithOak();
      await race(20, (index) =>
        characters.putCustomData(customerGuid, "Oak", { customFieldName: "Score", fieldValue: String(index) }),
      );
      const rows = await characters.getCustomData(customerGuid, "Oak");
      expect(rows.map((row) => row.customFieldName)).toEqual(["Score"]);
    });

    test("positions are saved a little above the ground, with the zone and the owner's last access", async () => {
      const { characters, users } = world.store;
      const { customerGuid, session } = await tenantWithOak();
      world.nowMs += 5_000;
      const position = { name: "oak", x: 0.1 + 0.2, y: -1e-300, z: 12.25, rx: 1, ry: 2, rz: 359.999 };
      const result = await characters.savePositions(customerGuid, [position], "Cave");
      expect(result).toEqual({ saved: 1, unknown: [] });
      const { name: _name, ...transform } = position;
      expect(await characters.getByName(customerGuid, "Oak")).toMatchObject({
        ...transform,
        z: 13.25,
        mapName: "Cave",
      });
      expect((await users.getSession(customerGuid, session))?.lastAccess).toBe(world.nowMs);
    });

    test("a save without a zone keeps the zone", async () => {
      const { characters } = world.store;
      const { customerGuid } = await tenantWithOak();
      const position = { name: "Oak", x: 1, y: 1, z: 1, rx: 0, ry: 0, rz: 0 };
      await characters.savePositions(customerGuid, [position], null);
      await characters.savePositions(customerGuid, [position], "");
      expect((await characters.getByName(customerGuid, "Oak"))?.mapName).toBe("Field");
    });

    test("an unknown name in a save is reported and does not stop the others", async () => {
      const { characters } = world.store;
      const { customerGuid } = await tenantWithOak();
      const at = { x: 4, y: 5, z: 6, rx: 0, ry: 0, rz: 0 };
      const positions = [
        { name: "Nobody", ...at },
        { name: "Oak", ...at },
      ];
      expect(await characters.savePositions(customerGuid, positions, null)).toEqual({ saved: 1, unknown: ["Nobody"] });
      expect(await characters.getByName(customerGuid, "Oak")).toMatchObject({ x: 4, y: 5, z: 7 });
      expect(await characters.savePositions(customerGuid, [], null)).toEqual({ saved: 0, unknown: [] });
    });

    test("a save with a number that is not finite changes nobody", async () => {
      const { characters } = world.store;
      const { customerGuid } = await tenantWithOak();
      const at = { x: 4, y: 5, z: 6, rx: 0, ry: 0, rz: 0 };
      const positions = [
        { name: "Oak", ...at },
        { name: "Oak", ...at, y: Number.NaN },
      ];
      await expect(characters.savePositions(customerGuid, positions, null)).rejects.toThrow(RangeError);
      expect((await characters.getByName(customerGuid, "Oak"))?.x).toBe(10.5);
    });

    test("stats that are left out keep their value", async () => {
      const { characters } = world.store;
      const { customerGuid } = await tenantWithOak();
      const update = { health: 12.5, xp: 44, z: -3, description: "tall" };
      expect(await characters.updateStats(customerGuid, "Oak", update)).toEqual({ kind: "saved" });
      expect(await characters.updateStats(customerGuid, "Oak", {})).toEqual({ kind: "saved" });
      expect(await characters.updateStats(customerGuid, "Nobody", update)).toEqual({ kind: "unknown-character" });
      expect(await characters.getByName(customerGuid, "Oak")).toMatchObject({
        ...update,
        x: 10.5,
        maxHealth: 100,
        gold: 7,
      });
    });

    /** `Oak` in Field, its session, a stranger's session, and an instance of Cave and one of Field. */
    async function tenantWithOak() {
      const tenant = await world.tenant();
      const session = await tenant.session();
      await tenant.character(session, "Oak");
      return {
        customerGuid: tenant.customerGuid,
        session,
        stranger: await tenant.session("stranger@example.com"),
        instance: (await tenant.instance("Cave")).mapInstanceId,
        other: (await tenant.instance("Field")).mapInstanceId,
      };
    }
  });
}
