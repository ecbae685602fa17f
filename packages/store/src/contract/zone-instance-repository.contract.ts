import { expect, test } from "vitest";
import { countKinds, type OpenStore, race, storeSuite } from "./store-suite.test-kit.ts";

export function zoneInstanceRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`ZoneInstanceRepository: ${name}`, openStore, (world) => {
    test("a new instance is starting, on the first port, and knows its zone and world server", async () => {
      const tenant = await world.tenant();
      const instance = await tenant.instance("Cave");
      expect(instance).toMatchObject({
        ...{ port: 7778, status: 1, playerGroupId: 0, numberOfReportedPlayers: 0 },
        ...{ lastUpdateFromServer: world.nowMs, lastServerEmptyDate: null, createDate: world.nowMs },
        ...{ zoneName: "Cave", mapName: "CaveMap", softPlayerCap: 60, serverIp: "203.0.113.7", serverStatus: 1 },
        ...{ internalServerIp: "10.0.0.7", worldServerPort: 8081, maxNumberOfInstances: 10 },
      });
      expect(await world.store.zoneInstances.get(tenant.customerGuid, instance.mapInstanceId)).toEqual(instance);
    });

    test("20 who ask at once never share a port", async () => {
      const { customerGuid, worldServerId, mapId } = await server({ maxNumberOfInstances: 20 });
      const starting = { customerGuid, worldServerId, mapId, playerGroupId: 0 };
      const results = await race(20, () => world.store.zoneInstances.insertStarting(starting));
      const ports = results.map((result) => (result.kind === "inserted" ? result.instance.port : 0));
      expect(ports.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => 7778 + index));
    });

    test("a world server takes no more instances than it allows", async () => {
      const { customerGuid, worldServerId, mapId } = await server({ maxNumberOfInstances: 3 });
      const starting = { customerGuid, worldServerId, mapId, playerGroupId: 0 };
      const results = await race(8, () => world.store.zoneInstances.insertStarting(starting));
      expect(countKinds(results)).toEqual({ inserted: 3, "no-capacity": 5 });
      expect(results.at(-1)).toEqual({ kind: "no-capacity", maxNumberOfInstances: 3 });
    });

    test("the lowest port that is free again is used next", async () => {
      const { tenant, customerGuid, worldServerId } = await server({ maxNumberOfInstances: 3 });
      const instances = [];
      for (let index = 0; index < 3; index++) instances.push(await tenant.instance("Field", worldServerId));
      await world.store.zoneInstances.remove(customerGuid, instances[1]?.mapInstanceId ?? 0);
      const next = await tenant.instance("Field", worldServerId);
      expect(next.port).toBe(7779);
      expect(next.mapInstanceId).toBeGreaterThan(instances[2]?.mapInstanceId ?? 0);
    });

    test("the id of an instance that is gone is never used again", async () => {
      const tenant = await world.tenant();
      const first = await tenant.instance();
      await world.store.zoneInstances.remove(tenant.customerGuid, first.mapInstanceId);
      expect((await tenant.instance()).mapInstanceId).toBeGreaterThan(first.mapInstanceId);
    });

    test("two world servers have ports of their own", async () => {
      const tenant = await world.tenant();
      expect((await tenant.instance()).port).toBe((await tenant.instance()).port);
    });

    test("unknown world servers and zones start nothing", async () => {
      const { customerGuid, worldServerId, mapId } = await server({});
      const { zoneInstances } = world.store;
      const starting = { customerGuid, worldServerId, mapId, playerGroupId: 0 };
      const nowhere = await zoneInstances.insertStarting({ ...starting, worldServerId: 2_000_000_000 });
      expect(nowhere).toEqual({ kind: "unknown-world-server" });
      expect(await zoneInstances.insertStarting({ ...starting, mapId: 2_000_000_000 })).toEqual({
        kind: "unknown-zone",
      });
      expect(await zoneInstances.get(customerGuid, 2_000_000_000)).toBeNull();
    });

    test("a report makes the instance ready and remembers since when it is empty", async () => {
      const tenant = await world.tenant();
      const { mapInstanceId } = await tenant.instance();
      const report = async (players: number) => {
        world.nowMs += 1_000;
        expect(await world.store.zoneInstances.updateNumberOfPlayers(tenant.customerGuid, mapInstanceId, players)).toBe(
          true,
        );
        const row = await world.store.zoneInstances.get(tenant.customerGuid, mapInstanceId);
        expect(row).toMatchObject({ status: 2, numberOfReportedPlayers: players, lastUpdateFromServer: world.nowMs });
        return row?.lastServerEmptyDate ?? null;
      };
      // An instance that never had a player is not "empty since".
      expect(await report(0)).toBeNull();
      expect(await report(2)).toBeNull();
      const emptySince = await report(0);
      expect(emptySince).toBe(world.nowMs);
      expect(await report(0)).toBe(emptySince);
      expect(await report(1)).toBeNull();
    });

    test("a report of an instance that was shut down does not make it ready again", async () => {
      const { zoneInstances } = world.store;
      const { customerGuid, ...tenant } = await server({});
      const { mapInstanceId } = await tenant.tenant.instance("Field", tenant.worldServerId);
      await zoneInstances.setStatus(customerGuid, mapInstanceId, 0);
      world.nowMs += 1_000;
      expect(await zoneInstances.updateNumberOfPlayers(customerGuid, mapInstanceId, 3)).toBe(true);
      expect(await zoneInstances.get(customerGuid, mapInstanceId)).toMatchObject({
        ...{ status: 0, numberOfReportedPlayers: 3, lastUpdateFromServer: world.nowMs },
      });
    });

    test("reports and statuses of unknown instances hit no row", async () => {
      const { customerGuid } = await world.tenant();
      const { zoneInstances } = world.store;
      expect(await zoneInstances.updateNumberOfPlayers(customerGuid, 2_000_000_000, 1)).toBe(false);
      expect(await zoneInstances.setStatus(customerGuid, 2_000_000_000, 2)).toBe(false);
      expect(await zoneInstances.remove(customerGuid, 2_000_000_000)).toBe(false);
    });

    test("a customer cannot touch the instance of another", async () => {
      const { zoneInstances } = world.store;
      const { mapInstanceId } = await (await world.tenant()).instance();
      const { customerGuid } = await world.tenant();
      expect(await zoneInstances.get(customerGuid, mapInstanceId)).toBeNull();
      expect(await zoneInstances.setStatus(customerGuid, mapInstanceId, 0)).toBe(false);
      expect(await zoneInstances.remove(customerGuid, mapInstanceId)).toBe(false);
    });

    test("the status can be set", async () => {
      const tenant = await world.tenant();
      const { mapInstanceId } = await tenant.instance();
      expect(await world.store.zoneInstances.setStatus(tenant.customerGuid, mapInstanceId, 0)).toBe(true);
      expect((await world.store.zoneInstances.get(tenant.customerGuid, mapInstanceId))?.status).toBe(0);
    });

    test("instances are listed by customer, world server and zone", async () => {
      const { zoneInstances } = world.store;
      const { tenant, customerGuid, worldServerId } = await server({});
      const field = await tenant.instance("Field", worldServerId);
      const cave = await tenant.instance("Cave", worldServerId);
      const elsewhere = await tenant.instance("Field");
      expect(await zoneInstances.listAll(customerGuid)).toEqual([field, cave, elsewhere]);
      expect(await zoneInstances.listForWorldServer(customerGuid, worldServerId)).toEqual([field, cave]);
      expect(await zoneInstances.listForZone(customerGuid, "Field")).toEqual([field, elsewhere]);
      expect(await zoneInstances.listForZone(customerGuid, "Nowhere")).toEqual([]);
    });

    test("an instance is found by either address of its world server, if it is the only one", async () => {
      const { zoneInstances } = world.store;
      const tenant = await world.tenant();
      const instance = await tenant.instance();
      for (const address of ["203.0.113.7", "10.0.0.7"]) {
        expect(await zoneInstances.getByAddress(tenant.customerGuid, address, instance.port)).toEqual(instance);
      }
      expect(await zoneInstances.getByAddress(tenant.customerGuid, "203.0.113.7", 1)).toBeNull();
      await tenant.instance();
      expect(await zoneInstances.getByAddress(tenant.customerGuid, "203.0.113.7", instance.port)).toBeNull();
    });

    test("removal takes the links along", async () => {
      const { zoneInstances, characters } = world.store;
      const tenant = await world.tenant();
      const { customerGuid } = tenant;
      const { mapInstanceId } = await tenant.instance();
      await tenant.character(await tenant.session(), "Oak");
      await characters.linkToInstance(customerGuid, "Oak", mapInstanceId);
      expect(await zoneInstances.countLinks(customerGuid, mapInstanceId)).toBe(1);
      expect(await zoneInstances.remove(customerGuid, mapInstanceId)).toBe(true);
      expect(await zoneInstances.countLinks(customerGuid, mapInstanceId)).toBe(0);
      expect(await zoneInstances.remove(customerGuid, mapInstanceId)).toBe(false);
    });

    test("what is silent, or starts for too long, is cleaned up", async () => {
      const { zoneInstances } = world.store;
      const { tenant, customerGuid, worldServerId } = await server({});
      const silent = await tenant.instance("Field", worldServerId);
      const stuck = await tenant.instance("Field", worldServerId);
      const live = await tenant.instance("Field", worldServerId);
      await zoneInstances.updateNumberOfPlayers(customerGuid, silent.mapInstanceId, 1);
      world.nowMs += 100_000;
      const young = await tenant.instance("Field", worldServerId);
      await zoneInstances.updateNumberOfPlayers(customerGuid, live.mapInstanceId, 1);
      const cleanUp = () =>
        zoneInstances.cleanUpStale(customerGuid, world.nowMs, { silentMs: 99_000, startingMs: 99_000 });
      expect((await cleanUp()).map((row) => row.mapInstanceId)).toEqual([silent.mapInstanceId, stuck.mapInstanceId]);
      expect(await cleanUp()).toEqual([]);
      const left = await zoneInstances.listAll(customerGuid);
      expect(left.map((row) => row.mapInstanceId)).toEqual([live.mapInstanceId, young.mapInstanceId]);
    });

    async function server(settings: { maxNumberOfInstances?: number }) {
      const tenant = await world.tenant();
      const { customerGuid } = tenant;
      const zone = await world.store.zones.getByName(customerGuid, "Field");
      return { tenant, customerGuid, worldServerId: await tenant.worldServer(settings), mapId: zone?.mapId ?? 0 };
    }
  });
}
