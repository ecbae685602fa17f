import { expect, test } from "vitest";
import type { ClaimedSave, ClaimRepository, ClaimRequest, TransferResult } from "../ports/claims.ts";
import { countKinds, type OpenStore, race, storeSuite } from "./store-suite.test-kit.ts";

async function transferOne(claims: ClaimRepository, request: ClaimRequest): Promise<TransferResult | undefined> {
  const [result] = await claims.transfer([request]);
  return result;
}

export function claimRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`ClaimRepository: ${name}`, openStore, (world) => {
    test("claims that move together are each decided by itself, in their order", async () => {
      const { claims } = world.store;
      const { first, second, request } = await tenantWithOak();
      await claims.claim(request(first));
      const move = { ...request(second), epoch: { term: 1, count: 2 } };
      const results = await claims.transfer([{ ...move, characterName: "Nobody" }, move, request(first)]);
      expect(results.map(({ kind }) => kind)).toEqual(["unknown-character", "transferred", "refused"]);
      expect(await claims.transfer([])).toEqual([]);
    });

    test("a free character goes to the one who asks", async () => {
      const { claims } = world.store;
      const { customerGuid, first, request } = await tenantWithOak();
      const claim = {
        ...{ characterName: "Oak", zoneInstanceId: first, entityId: 100 },
        ...{ epoch: { term: 1, count: 1 }, claimedAt: world.nowMs },
      };
      expect(await claims.claim({ ...request(first), characterName: "OAK" })).toEqual({ kind: "claimed", claim });
      expect(await claims.holderOf(customerGuid, "oak")).toEqual(claim);
    });

    test("a held character stays with its holder", async () => {
      const { claims } = world.store;
      const { customerGuid, first, second, request } = await tenantWithOak();
      await claims.claim(request(first));
      const refused = await claims.claim({ ...request(second), epoch: { term: 9, count: 9 } });
      expect(refused).toMatchObject({ kind: "held", holder: { zoneInstanceId: first, entityId: 100 } });
      expect((await claims.holderOf(customerGuid, "Oak"))?.zoneInstanceId).toBe(first);
    });

    test("the holder may claim again, for another entity", async () => {
      const { claims } = world.store;
      const { first, request } = await tenantWithOak();
      await claims.claim(request(first));
      const again = await claims.claim({ ...request(first), entityId: 101, epoch: { term: 1, count: 2 } });
      expect(again).toMatchObject({ kind: "claimed", claim: { entityId: 101, epoch: { term: 1, count: 2 } } });
    });

    test("a holder whose instance is gone loses to the next one", async () => {
      const { claims, zoneInstances } = world.store;
      const { customerGuid, first, second, request } = await tenantWithOak();
      await claims.claim(request(first));
      await zoneInstances.remove(customerGuid, first);
      expect(await claims.holderOf(customerGuid, "Oak")).toBeNull();
      expect((await claims.claim(request(second))).kind).toBe("claimed");
    });

    test("a save of a holder whose instance is gone is refused, although nobody else has claimed", async () => {
      const { claims, characters, zoneInstances, worldServers } = world.store;
      const { tenant, customerGuid, session, first, request } = await tenantWithOak();
      const server = await tenant.worldServer();
      const second = (await tenant.instance("Field", server)).mapInstanceId;
      await tenant.character(session, "Elm");
      await claims.claim(request(first));
      await claims.claim({ ...request(second), characterName: "Elm" });
      await zoneInstances.remove(customerGuid, first);
      await worldServers.shutDown(customerGuid, server);
      for (const [instance, characterName] of [
        [first, "Oak"],
        [second, "Elm"],
      ] as const) {
        const late = await claims.saveClaimed(customerGuid, instance, [save({ characterName })]);
        expect(late).toEqual({ saved: 0, refused: [{ characterName, reason: "not-claimed" }] });
        expect((await characters.getByName(customerGuid, characterName))?.x).toBe(10.5);
      }
    });

    test("unknown characters and instances claim nothing", async () => {
      const { claims } = world.store;
      const { customerGuid, first, request } = await tenantWithOak();
      const nobody = await claims.claim({ ...request(first), characterName: "Nobody" });
      expect(nobody).toEqual({ kind: "unknown-character" });
      expect(await claims.claim(request(2_000_000_000))).toEqual({ kind: "unknown-instance" });
      expect(await claims.holderOf(customerGuid, "Nobody")).toBeNull();
    });

    test("of many instances that claim at once, exactly one wins, and the others learn who", async () => {
      const { claims } = world.store;
      const { tenant, customerGuid, request } = await tenantWithOak();
      const server = await tenant.worldServer({ maxNumberOfInstances: 20 });
      const instances: number[] = [];
      for (let index = 0; index < 20; index++) instances.push((await tenant.instance("Field", server)).mapInstanceId);
      const results = await race(20, (index) => claims.claim(request(instances[index] ?? 0)));
      expect(countKinds(results)).toEqual({ claimed: 1, held: 19 });
      const holder = await claims.holderOf(customerGuid, "Oak");
      const named = results.map((result) => {
        if (result.kind === "claimed") return result.claim.zoneInstanceId;
        return result.kind === "held" ? result.holder.zoneInstanceId : null;
      });
      expect(new Set(named)).toEqual(new Set([holder?.zoneInstanceId]));
    });

    test("a claim moves with its entity at a newer epoch, whoever held it, and older epochs save no more", async () => {
      const { claims } = world.store;
      const { customerGuid, first, second, request } = await tenantWithOak();
      await claims.claim(request(first));
      const move = { ...request(second), epoch: { term: 1, count: 2 } };
      expect((await transferOne(claims, move))?.kind).toBe("transferred");
      expect((await transferOne(claims, move))?.kind).toBe("transferred");
      expect((await claims.holderOf(customerGuid, "Oak"))?.zoneInstanceId).toBe(second);
      const { refused } = await claims.saveClaimed(customerGuid, first, [save({})]);
      expect(refused).toEqual([{ characterName: "Oak", reason: "held-by-other-instance" }]);
      const back = { ...request(first), epoch: { term: 1, count: 3 } };
      expect((await transferOne(claims, back))?.kind).toBe("transferred");
      expect(await transferOne(claims, move)).toMatchObject({ kind: "refused", holder: { zoneInstanceId: first } });
      expect(await transferOne(claims, { ...request(second), epoch: { term: 2, count: 0 } })).toMatchObject({
        kind: "transferred",
        claim: { zoneInstanceId: second },
      });
    });

    test("a claim moves neither at the epoch it has nor for another entity", async () => {
      const { claims } = world.store;
      const { first, second, request } = await tenantWithOak();
      await claims.claim(request(first));
      const refusal = { kind: "refused", holder: { zoneInstanceId: first } };
      expect(await transferOne(claims, request(second))).toMatchObject(refusal);
      const other = { ...request(second), entityId: 4_711, epoch: { term: 1, count: 9 } };
      expect(await transferOne(claims, other)).toMatchObject(refusal);
    });

    test("what a dead instance held is taken by who has the entity, at a newer epoch", async () => {
      const { claims, zoneInstances } = world.store;
      const { customerGuid, first, second, request } = await tenantWithOak();
      await claims.claim(request(first));
      await zoneInstances.remove(customerGuid, first);
      const promoted = { ...request(second), epoch: { term: 2, count: 1 } };
      const refusal = { kind: "refused", holder: { zoneInstanceId: first, entityId: 100 } };
      expect(await transferOne(claims, request(second))).toMatchObject(refusal);
      expect(await transferOne(claims, { ...promoted, entityId: 101 })).toMatchObject(refusal);
      expect((await transferOne(claims, promoted))?.kind).toBe("transferred");
      expect((await transferOne(claims, promoted))?.kind).toBe("transferred");
      expect(await transferOne(claims, { ...promoted, characterName: "Nobody" })).toEqual({
        kind: "unknown-character",
      });
      expect(await transferOne(claims, { ...promoted, zoneInstanceId: first })).toEqual({ kind: "unknown-instance" });
    });

    test("a free claim does not move: who comes late finds the stay over, or somebody else's", async () => {
      const { claims } = world.store;
      const { customerGuid, first, second, request } = await tenantWithOak();
      const late = { ...request(second), epoch: { term: 2, count: 1 } };
      expect(await transferOne(claims, late)).toEqual({ kind: "free" });
      await claims.claim(request(first));
      await claims.saveClaimed(customerGuid, first, [save({ release: true })]);
      expect(await transferOne(claims, late)).toEqual({ kind: "free" });
      expect(await claims.holderOf(customerGuid, "Oak")).toBeNull();
      await claims.claim({ ...request(first), entityId: 101 });
      expect(await transferOne(claims, late)).toMatchObject({ kind: "refused", holder: { entityId: 101 } });
    });

    test("the holder saves the exact transform, the zone, custom data and the owner's last access", async () => {
      const { claims, characters, users } = world.store;
      const { customerGuid, first, session, request } = await tenantWithOak();
      await claims.claim(request(first));
      world.nowMs += 5_000;
      const customData = [{ customFieldName: "Look", fieldValue: "brown" }];
      const saved = await claims.saveClaimed(customerGuid, first, [save({ zoneName: "Cave", customData })]);
      expect(saved).toEqual({ saved: 1, refused: [] });
      expect(await characters.getByName(customerGuid, "Oak")).toMatchObject({
        ...{ x: 0.1 + 0.2, y: -7, z: 12.25, rz: 90, mapName: "Cave" },
      });
      expect(await characters.getCustomData(customerGuid, "Oak")).toMatchObject(customData);
      expect((await users.getSession(customerGuid, session))?.lastAccess).toBe(world.nowMs);
      expect((await claims.holderOf(customerGuid, "Oak"))?.zoneInstanceId).toBe(first);
    });

    test("each refusal has its reason and writes nothing", async () => {
      const { claims, characters } = world.store;
      const { customerGuid, first, second, request } = await tenantWithOak();
      const reasonOf = async (instance: number, change: Partial<ClaimedSave>) => {
        const { saved, refused } = await claims.saveClaimed(customerGuid, instance, [save(change)]);
        expect(saved).toBe(0);
        return refused[0]?.reason;
      };
      expect(await reasonOf(first, {})).toBe("not-claimed");
      await claims.claim({ ...request(first), epoch: { term: 2, count: 5 } });
      const current = { epoch: { term: 2, count: 5 } };
      expect(await reasonOf(first, { ...current, characterName: "Nobody" })).toBe("unknown-character");
      expect(await reasonOf(second, current)).toBe("held-by-other-instance");
      expect(await reasonOf(first, { ...current, entityId: 7 })).toBe("other-entity");
      expect(await reasonOf(first, { epoch: { term: 2, count: 4 } })).toBe("stale-epoch");
      expect(await reasonOf(first, { epoch: { term: 1, count: 9 } })).toBe("stale-epoch");
      expect(await reasonOf(first, { ...current, z: Number.POSITIVE_INFINITY })).toBe("invalid-transform");
      expect((await characters.getByName(customerGuid, "Oak"))?.x).toBe(10.5);
    });

    test("a refused save does not disturb the others of the batch", async () => {
      const { claims, characters } = world.store;
      const { tenant, customerGuid, first, session, request } = await tenantWithOak();
      await tenant.character(session, "Elm");
      await claims.claim(request(first));
      await claims.claim({ ...request(first), characterName: "Elm", entityId: 200 });
      const batch = [save({ entityId: 999 }), save({ characterName: "elm", entityId: 200, x: 5 })];
      expect(await claims.saveClaimed(customerGuid, first, batch)).toEqual({
        saved: 1,
        refused: [{ characterName: "Oak", reason: "other-entity" }],
      });
      expect((await characters.getByName(customerGuid, "Elm"))?.x).toBe(5);
      expect((await characters.getByName(customerGuid, "Oak"))?.x).toBe(10.5);
    });

    test("a save at a newer epoch makes the older ones stale", async () => {
      const { claims } = world.store;
      const { customerGuid, first, request } = await tenantWithOak();
      await claims.claim(request(first));
      await claims.saveClaimed(customerGuid, first, [save({ epoch: { term: 1, count: 4 } })]);
      expect((await claims.holderOf(customerGuid, "Oak"))?.epoch).toEqual({ term: 1, count: 4 });
      const late = await claims.saveClaimed(customerGuid, first, [save({ epoch: { term: 1, count: 3 } })]);
      expect(late.refused).toEqual([{ characterName: "Oak", reason: "stale-epoch" }]);
    });

    test("a releasing save frees the character and takes it off the instance", async () => {
      const { claims, characters, zoneInstances } = world.store;
      const { customerGuid, first, second, request } = await tenantWithOak();
      await claims.claim(request(first));
      await characters.linkToInstance(customerGuid, "Oak", first);
      const saved = await claims.saveClaimed(customerGuid, first, [save({ release: true }), save({ x: 99 })]);
      expect(saved).toEqual({ saved: 1, refused: [{ characterName: "Oak", reason: "not-claimed" }] });
      expect(await claims.holderOf(customerGuid, "Oak")).toBeNull();
      expect(await zoneInstances.countLinks(customerGuid, first)).toBe(0);
      expect((await characters.getByName(customerGuid, "Oak"))?.x).toBe(0.1 + 0.2);
      expect((await claims.claim(request(second))).kind).toBe("claimed");
    });

    test("a release does not take the character off the instance it went to", async () => {
      const { claims, characters, zoneInstances } = world.store;
      const { customerGuid, first, second, request } = await tenantWithOak();
      await claims.claim(request(first));
      await characters.linkToInstance(customerGuid, "Oak", second);
      await claims.saveClaimed(customerGuid, first, [save({ release: true })]);
      expect(await zoneInstances.countLinks(customerGuid, second)).toBe(1);
    });

    test("an instance's claims can be released all at once", async () => {
      const { claims } = world.store;
      const { tenant, customerGuid, first, second, session, request } = await tenantWithOak();
      for (const characterName of ["Elm", "Ash"]) await tenant.character(session, characterName);
      await claims.claim(request(first));
      await claims.claim({ ...request(first), characterName: "Elm" });
      await claims.claim({ ...request(second), characterName: "Ash" });
      expect(await claims.releaseAllOf(customerGuid, first)).toBe(2);
      expect(await claims.releaseAllOf(customerGuid, first)).toBe(0);
      expect(await claims.holderOf(customerGuid, "Elm")).toBeNull();
      expect((await claims.holderOf(customerGuid, "Ash"))?.zoneInstanceId).toBe(second);
    });

    function save(change: Partial<ClaimedSave>): ClaimedSave {
      return {
        characterName: "Oak",
        entityId: 100,
        epoch: { term: 1, count: 1 },
        zoneName: null,
        ...{ x: 0.1 + 0.2, y: -7, z: 12.25, rx: 0, ry: 0, rz: 90 },
        customData: [],
        release: false,
        ...change,
      };
    }

    /** `Oak`, and two instances that may claim it as entity 100 at epoch 1.1. */
    async function tenantWithOak() {
      const tenant = await world.tenant();
      const { customerGuid } = tenant;
      const session = await tenant.session();
      await tenant.character(session, "Oak");
      const epoch = { term: 1, count: 1 };
      return {
        ...{ tenant, customerGuid, session },
        first: (await tenant.instance()).mapInstanceId,
        second: (await tenant.instance()).mapInstanceId,
        request: (zoneInstanceId: number) => ({
          ...{ customerGuid, characterName: "Oak", zoneInstanceId, entityId: 100, epoch },
        }),
      };
    }
  });
}
