import type { ExchangeDeclaration } from "@ows/protocol/bus";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Bus, Delivery } from "./bus.ts";

/** Two sessions with one broker. */
export interface BusPair {
  readonly publisher: Bus;
  readonly consumer: Bus;
  readonly close: () => Promise<void>;
}

const exchange: ExchangeDeclaration = {
  exchange: "ows.contract",
  type: "direct",
  durable: false,
  autoDelete: false,
};

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = ({ body }: Delivery) => new TextDecoder().decode(body);

/** What every implementation of `Bus` guarantees. `open` gives two sessions that share a fresh broker. */
export function busContract(name: string, open: () => Promise<BusPair>): void {
  describe(name, () => {
    let pair: BusPair | undefined;
    const start = async () => {
      pair = await open();
      return pair;
    };
    const queue = (routingKey: string, capacity = 10) => ({ bindings: [{ exchange, routingKey }], capacity });

    afterEach(async () => {
      await pair?.close();
      pair = undefined;
    });

    test("a message reaches the queue that is bound to its key, bytes unchanged, in order", async () => {
      const { publisher, consumer } = await start();
      const seen: string[] = [];
      await consumer.consume(queue("key.1"), (delivery) => {
        seen.push(`${delivery.exchange} ${delivery.routingKey} ${textOf(delivery)}`);
      });
      expect(await publisher.publish(exchange, "key.1", bytes("eins"))).toBe("routed");
      expect(await publisher.publish(exchange, "key.1", bytes("zwei ü"))).toBe("routed");
      await vi.waitFor(() => expect(seen).toEqual(["ows.contract key.1 eins", "ows.contract key.1 zwei ü"]));
    });

    test("a message that is taken while the queue is being made is not lost", async () => {
      const { publisher, consumer } = await start();
      for (let round = 0; round < 20; round++) {
        const key = `key.${round}`;
        const seen: string[] = [];
        const consuming = consumer.consume(queue(key), (delivery) => void seen.push(textOf(delivery)));
        for (let result = "unroutable"; result === "unroutable"; ) {
          result = await publisher.publish(exchange, key, bytes("first"));
        }
        await consuming;
        await vi.waitFor(() => expect(seen).toEqual(["first"]));
      }
    });

    test("a message for a key that nobody listens to is unroutable", async () => {
      const { publisher, consumer } = await start();
      await consumer.consume(queue("key.1"), () => {});
      expect(await publisher.publish(exchange, "key.2", bytes("x"))).toBe("unroutable");
    });

    test("every bound queue gets a copy", async () => {
      const { publisher, consumer } = await start();
      const seen: string[] = [];
      await consumer.consume(queue("key"), (delivery) => void seen.push(`a ${textOf(delivery)}`));
      await publisher.consume(queue("key"), (delivery) => void seen.push(`b ${textOf(delivery)}`));
      await publisher.publish(exchange, "key", bytes("x"));
      await vi.waitFor(() => expect(seen.toSorted()).toEqual(["a x", "b x"]));
    });

    test("one queue may be bound to several keys", async () => {
      const { publisher, consumer } = await start();
      const seen: string[] = [];
      const bindings = ["key.1", "key.2"].map((routingKey) => ({ exchange, routingKey }));
      await consumer.consume({ bindings, capacity: 10 }, (delivery) => void seen.push(delivery.routingKey));
      await publisher.publish(exchange, "key.2", bytes("x"));
      await publisher.publish(exchange, "key.1", bytes("x"));
      await vi.waitFor(() => expect(seen).toEqual(["key.2", "key.1"]));
    });

    test("a handler gets one message at a time, and its failure loses that message only", async () => {
      const { publisher, consumer } = await start();
      const seen: string[] = [];
      let running = 0;
      let most = 0;
      await consumer.consume(queue("key"), async (delivery) => {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running--;
        seen.push(textOf(delivery));
        if (textOf(delivery) === "1") throw new Error("the handler fails");
      });
      for (const text of ["1", "2", "3"]) await publisher.publish(exchange, "key", bytes(text));
      await vi.waitFor(() => expect(seen).toEqual(["1", "2", "3"]));
      expect(most).toBe(1);
    });

    test("a full queue refuses instead of growing", async () => {
      const { publisher, consumer } = await start();
      let release = () => {};
      const blocked = new Promise<void>((resolve) => {
        release = resolve;
      });
      let handled = 0;
      await consumer.consume(queue("key", 2), async () => {
        handled++;
        await blocked;
      });
      await publisher.publish(exchange, "key", bytes("in hand"));
      await vi.waitFor(() => expect(handled).toBe(1));
      const results = [];
      for (let i = 0; i < 3; i++) results.push(await publisher.publish(exchange, "key", bytes("waits")));
      expect(results).toEqual(["routed", "routed", "unroutable"]);
      release();
      await vi.waitFor(() => expect(handled).toBe(3));
    });

    test("a disposed consumer gets nothing more, and its key becomes unroutable", async () => {
      const { publisher, consumer } = await start();
      const seen: string[] = [];
      const consumption = await consumer.consume(queue("key"), (delivery) => void seen.push(textOf(delivery)));
      await publisher.publish(exchange, "key", bytes("1"));
      await vi.waitFor(() => expect(seen).toEqual(["1"]));
      await consumption[Symbol.asyncDispose]();
      expect(await publisher.publish(exchange, "key", bytes("2"))).toBe("unroutable");
      expect(seen).toEqual(["1"]);
    });

    test("a closed session's queues are gone, and it refuses further calls", async () => {
      const { publisher, consumer } = await start();
      await consumer.consume(queue("key"), () => {});
      await consumer[Symbol.asyncDispose]();
      await vi.waitFor(async () => expect(await publisher.publish(exchange, "key", bytes("x"))).toBe("unroutable"));
      await expect(consumer.publish(exchange, "key", bytes("x"))).rejects.toMatchObject({ code: "closed" });
    });

    test("an exchange may be declared again alike, but not differently", async () => {
      const { publisher, consumer } = await start();
      await publisher.declare(exchange);
      await consumer.declare(exchange);
      await expect(consumer.declare({ ...exchange, durable: true })).rejects.toMatchObject({ code: "conflict" });
    });

    test("a session knows that it is connected", async () => {
      const { publisher } = await start();
      await publisher.declare(exchange);
      expect(publisher.isConnected).toBe(true);
    });
  });
}
