import { expect, test } from "vitest";
import { busContract } from "./bus.contract.ts";
import { MemoryBroker } from "./memory-broker.ts";
import { MemoryBus } from "./memory-bus.ts";

busContract("MemoryBus", async () => {
  const broker = new MemoryBroker(() => {});
  const publisher = new MemoryBus(broker);
  const consumer = new MemoryBus(broker);
  const close = async () => {
    await publisher[Symbol.asyncDispose]();
    await consumer[Symbol.asyncDispose]();
  };
  return { publisher, consumer, close };
});

test("a failing handler is told to the broker's owner with the message it failed on", async () => {
  const errors: string[] = [];
  const broker = new MemoryBroker((error, delivery) => errors.push(`${delivery.routingKey}: ${String(error)}`));
  await using bus = new MemoryBus(broker);
  const exchange = { exchange: "ows.test", type: "direct", durable: false, autoDelete: false } as const;
  const { promise, resolve } = Promise.withResolvers<void>();
  await bus.consume({ bindings: [{ exchange, routingKey: "key" }], capacity: 2 }, (delivery) => {
    if (delivery.body.length === 0) throw new Error("empty body");
    resolve();
  });
  await bus.publish(exchange, "key", new Uint8Array(0));
  await bus.publish(exchange, "key", new Uint8Array(1));
  await promise;
  expect(errors).toEqual(["key: Error: empty body"]);
});
