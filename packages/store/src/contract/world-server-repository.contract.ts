import { expect, test } from "vitest";
import { type OpenStore, race, storeSuite } from "./store-suite.test-kit.ts";

export function worldServerRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`WorldServerRepository: ${name}`, openStore, (world) => {
    const registration = (customerGuid: string, launcherGuid: string) => ({
      ...{ customerGuid, launcherGuid, serverIp: "203.0.113.7", internalServerIp: "10.0.0.7" },
      ...{ maxNumberOfInstances: 10, startingMapInstancePort: 7778 },
    });

    test("a registered launcher is inactive until it is started", async () => {
      const { worldServers } = world.store;
      const { customerGuid } = await world.tenant();
      const launcherGuid = world.guid();
      const server = await worldServers.register(registration(customerGuid, launcherGuid));
      expect(server).toEqual({
        ...{ customerGuid, worldServerId: server.worldServerId, serverIp: "203.0.113.7", internalServerIp: "10.0.0.7" },
        ...{ maxNumberOfInstances: 10, startingMapInstancePort: 7778, port: 8081, serverStatus: 0 },
        ...{ activeStartTime: null, zoneServerGuid: launcherGuid, lastHeartbeat: null },
      });
      expect(await worldServers.listActive(customerGuid)).toEqual([]);
      expect(await worldServers.start(customerGuid, launcherGuid)).toBe(server.worldServerId);
      expect(await worldServers.listActive(customerGuid)).toEqual([
        { ...server, serverStatus: 1, activeStartTime: world.nowMs },
      ]);
      expect(await worldServers.listAll(customerGuid)).toHaveLength(1);
    });

    test("registering again updates every setting, keeps the id and makes it inactive", async () => {
      const { worldServers } = world.store;
      const { customerGuid } = await world.tenant();
      const launcherGuid = world.guid();
      const before = await worldServers.register(registration(customerGuid, launcherGuid));
      await worldServers.start(customerGuid, launcherGuid);
      const moved = { ...registration(customerGuid, launcherGuid.toUpperCase()), serverIp: "203.0.113.8" };
      const after = await worldServers.register({ ...moved, maxNumberOfInstances: 3 });
      expect(after).toMatchObject({
        ...{ worldServerId: before.worldServerId, serverIp: "203.0.113.8", maxNumberOfInstances: 3, serverStatus: 0 },
        activeStartTime: world.nowMs,
      });
      expect(await worldServers.listActive(customerGuid)).toEqual([]);
    });

    test("many registrations of one launcher make one world server", async () => {
      const { customerGuid } = await world.tenant();
      const launcherGuid = world.guid();
      const servers = await race(10, () => world.store.worldServers.register(registration(customerGuid, launcherGuid)));
      expect(new Set(servers.map((server) => server.worldServerId)).size).toBe(1);
    });

    test("an unknown launcher cannot start, beat or shut down", async () => {
      const { worldServers } = world.store;
      const { customerGuid } = await world.tenant();
      expect(await worldServers.start(customerGuid, world.guid())).toBeNull();
      expect(await worldServers.heartbeat(customerGuid, 2_000_000_000)).toBe(false);
      expect(await worldServers.shutDown(customerGuid, 2_000_000_000)).toBeNull();
      expect(await worldServers.get(customerGuid, 2_000_000_000)).toBeNull();
    });

    test("the last heartbeat is kept", async () => {
      const { worldServers } = world.store;
      const tenant = await world.tenant();
      const worldServerId = await tenant.worldServer();
      await worldServers.heartbeat(tenant.customerGuid, worldServerId);
      world.nowMs += 5_000;
      expect(await worldServers.heartbeat(tenant.customerGuid, worldServerId)).toBe(true);
      expect((await worldServers.get(tenant.customerGuid, worldServerId))?.lastHeartbeat).toBe(world.nowMs);
    });

    test("shutting down removes the server's own instances with their links", async () => {
      const { worldServers, zoneInstances, characters } = world.store;
      const tenant = await world.tenant();
      const { customerGuid } = tenant;
      const worldServerId = await tenant.worldServer();
      const gone = await tenant.instance("Field", worldServerId);
      const kept = await tenant.instance("Field");
      await tenant.character(await tenant.session(), "Oak");
      await characters.linkToInstance(customerGuid, "Oak", gone.mapInstanceId);
      const result = await worldServers.shutDown(customerGuid, worldServerId);
      expect(result).toEqual({ removedInstances: [gone.mapInstanceId] });
      expect((await zoneInstances.listAll(customerGuid)).map((row) => row.mapInstanceId)).toEqual([kept.mapInstanceId]);
      expect(await zoneInstances.countLinks(customerGuid, gone.mapInstanceId)).toBe(0);
      expect(await worldServers.get(customerGuid, worldServerId)).toMatchObject({
        serverStatus: 0,
        activeStartTime: null,
      });
    });
  });
}
