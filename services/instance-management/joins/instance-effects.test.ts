import { MemoryBroker, MemoryBus } from "@ows/bus";
import { serverShutDown } from "@ows/protocol/bus";
import { StoreError } from "@ows/store";
import { expect, test, vi } from "vitest";
import { logger, storeWithCustomer } from "../../test-support/ows-wire.ts";
import { InstanceEffects } from "./instance-effects.ts";

async function effectsOnAnInstance() {
  const { store, customerGuid } = await storeWithCustomer();
  const addresses = { serverIp: "127.0.0.1", internalServerIp: "127.0.0.1" };
  const ports = { maxNumberOfInstances: 5, startingMapInstancePort: 7778 };
  const launcher = { customerGuid, launcherGuid: "7c1c9f57-4f1c-4a55-9a44-0d5f8b1b0a01" };
  const { worldServerId } = await store.worldServers.register({ ...launcher, ...addresses, ...ports });
  const mapId = (await store.zones.getByName(customerGuid, "Zone1"))?.mapId ?? 0;
  const row = await store.zoneInstances.insertStarting({ customerGuid, worldServerId, mapId, playerGroupId: 0 });
  const zoneInstanceId = row.kind === "inserted" ? row.instance.mapInstanceId : 0;
  const broker = new MemoryBroker(() => {});
  const orders = { evict: vi.fn(), stop: vi.fn(), forget: vi.fn() };
  const bus = new MemoryBus(broker);
  const effects = new InstanceEffects({ customerGuid, store, bus, orders, logger, dispatch: () => {} });
  return { store, customerGuid, worldServerId, zoneInstanceId, broker, orders, effects };
}

const busy = () => Promise.reject(new StoreError("busy", "the database is locked"));

test("an instance whose status can't be written is told to stop all the same", async () => {
  const { store, worldServerId, zoneInstanceId, broker, orders, effects } = await effectsOnAnInstance();
  await using _store = store;
  vi.spyOn(store.zoneInstances, "setStatus").mockImplementation(busy);
  let shutDowns = 0;
  const bindings = [{ exchange: serverShutDown, routingKey: serverShutDown.routingKey(worldServerId) }];
  await new MemoryBus(broker).consume({ bindings, capacity: 1 }, () => void shutDowns++);
  effects.run({ kind: "stop-instance", zoneInstanceId, worldServerId, reason: "empty" });
  await effects.settled();
  expect(orders.stop).toHaveBeenCalledWith(zoneInstanceId, "empty");
  await vi.waitFor(() => expect(shutDowns).toBe(1));
});

test("a row that can't be removed now is removed later", async () => {
  const { store, customerGuid, zoneInstanceId, effects } = await effectsOnAnInstance();
  await using _store = store;
  vi.spyOn(store.zoneInstances, "remove").mockImplementationOnce(busy).mockImplementationOnce(busy);
  effects.run({ kind: "remove-instance", zoneInstanceId, reason: "exited" });
  await vi.waitFor(async () => expect(await store.zoneInstances.get(customerGuid, zoneInstanceId)).toBeNull(), 10_000);
  await effects.settled();
});
