import { expect, test } from "vitest";
import { countKinds, type OpenStore, race, storeSuite } from "./store-suite.test-kit.ts";

export function meshRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`MeshRepository: ${name}`, openStore, (world) => {
    test("blocks of ids start at 2^20 and follow one another", async () => {
      const { customerGuid } = await world.tenant();
      expect(await world.store.mesh.grantIdBlock(customerGuid)).toEqual({ first: 2 ** 20, size: 2 ** 20 });
      expect(await world.store.mesh.grantIdBlock(customerGuid)).toEqual({ first: 2 * 2 ** 20, size: 2 ** 20 });
    });

    test("20 who ask at once get 20 blocks", async () => {
      const { customerGuid } = await world.tenant();
      const blocks = await race(20, () => world.store.mesh.grantIdBlock(customerGuid));
      const expected = Array.from({ length: 20 }, (_, index) => (index + 1) * 2 ** 20);
      expect(blocks.map((block) => block.first).toSorted((a, b) => a - b)).toEqual(expected);
    });

    test("of many who raise a term from the same value, one succeeds", async () => {
      const { mesh } = world.store;
      const { customerGuid } = await world.tenant();
      expect(await mesh.currentTerm(customerGuid, "Field#1")).toBe(0);
      const results = await race(10, () => mesh.nextTerm(customerGuid, "Field#1", 0));
      expect(countKinds(results)).toEqual({ raised: 1, stale: 9 });
      expect(results.every((result) => result.term === 1)).toBe(true);
      expect(await mesh.nextTerm(customerGuid, "Field#1", 1)).toEqual({ kind: "raised", term: 2 });
      expect(await mesh.nextTerm(customerGuid, "Field#1", 1)).toEqual({ kind: "stale", term: 2 });
      expect(await mesh.currentTerm(customerGuid, "Field#1")).toBe(2);
    });

    test("assignments are replaced by newer versions only, as a whole", async () => {
      const { mesh } = world.store;
      const { customerGuid } = await world.tenant();
      expect(await mesh.assignments(customerGuid, "Field#1")).toBeNull();
      const cells = Array.from({ length: 300 }, (_, i) => ({ cell: `4-${i + 100}-0`, zoneInstanceId: 7 + (i % 2) }));
      expect(await mesh.saveAssignments(customerGuid, "Field#1", { version: 1, cells })).toBe(true);
      expect(await mesh.assignments(customerGuid, "Field#1")).toEqual({ version: 1, cells });
      const fewer = { version: 2, cells: [{ cell: "0-0-0", zoneInstanceId: 8 }] };
      const results = await race(5, () => mesh.saveAssignments(customerGuid, "Field#1", fewer));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(await mesh.saveAssignments(customerGuid, "Field#1", { version: 1, cells })).toBe(false);
      expect(await mesh.assignments(customerGuid, "Field#1")).toEqual(fewer);
      expect(await mesh.assignments(customerGuid, "Field#2")).toBeNull();
    });

    test("a mesh instance that is forgotten leaves its term, and the others alone", async () => {
      const { mesh } = world.store;
      const { customerGuid } = await world.tenant();
      const ground = { version: 1, cells: [{ cell: "0-0-0", zoneInstanceId: 8 }] };
      const lost = { entityId: 2 ** 40, epoch: { term: 1, count: 4 } };
      await mesh.nextTerm(customerGuid, "Field#1", 0);
      for (const name of ["Field#1", "Field#2", "Field#3"]) {
        await mesh.saveAssignments(customerGuid, name, ground);
        await mesh.saveVoid(customerGuid, name, lost);
        await mesh.saveVoid(customerGuid, name, lost);
      }
      await mesh.forgetMeshes(customerGuid, "Field#1");
      expect(await mesh.assignments(customerGuid, "Field#1")).toBeNull();
      expect(await mesh.assignments(customerGuid, "Field#2")).toEqual(ground);
      expect(await mesh.currentTerm(customerGuid, "Field#1")).toBe(1);
      await mesh.forgetMeshes(customerGuid);
      expect(await mesh.assignments(customerGuid, "Field#3")).toBeNull();
    });

    test("each mesh instance has a term of its own", async () => {
      const { customerGuid } = await world.tenant();
      await world.store.mesh.nextTerm(customerGuid, "Field#1", 0);
      expect(await world.store.mesh.currentTerm(customerGuid, "Field#2")).toBe(0);
    });
  });
}
