import { once } from "node:events";
import { connect } from "node:net";
import { CONTROL_LANE, encodeFrame } from "@ows/protocol/mesh";
import { expect, test, vi } from "vitest";
import { busContract } from "../bus.contract.ts";
import { MemoryBroker } from "../memory-broker.ts";
import { serveBroker } from "./broker-server.ts";
import { RemoteBus } from "./remote-bus.ts";

const secret = "a secret of the test";
const exchange = { exchange: "ows.test", type: "direct", durable: false, autoDelete: false } as const;

const serve = (port = 0) => serveBroker({ broker: new MemoryBroker(() => {}), secret, port, helloTimeoutMs: 200 });
const connectBus = (port: number, overrides: { secret?: string; callTimeoutMs?: number } = {}) =>
  new RemoteBus({ host: "127.0.0.1", port, secret, onHandlerError: () => {}, ...overrides });

busContract("RemoteBus", async () => {
  const server = await serve();
  const publisher = connectBus(server.port);
  const consumer = connectBus(server.port);
  const close = async () => {
    await publisher[Symbol.asyncDispose]();
    await consumer[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  };
  return { publisher, consumer, close };
});

test("after the broker comes back a client finds it, and its queues are made again", async () => {
  const first = await serve();
  await using publisher = connectBus(first.port);
  await using consumer = connectBus(first.port);
  const changes: boolean[] = [];
  consumer.onConnectionChange((isConnected) => changes.push(isConnected));
  const seen: string[] = [];
  await consumer.consume({ bindings: [{ exchange, routingKey: "key" }], capacity: 5 }, ({ body }) => {
    seen.push(new TextDecoder().decode(body));
  });
  await first[Symbol.asyncDispose]();
  await vi.waitFor(() => expect(changes).toEqual([true, false]));
  await using _second = await serve(first.port);
  await vi.waitFor(() => expect(changes).toEqual([true, false, true]), { timeout: 5_000 });
  await vi.waitFor(async () => {
    expect(await publisher.publish(exchange, "key", Buffer.from("again"))).toBe("routed");
  });
  await vi.waitFor(() => expect(seen).toEqual(["again"]));
});

test("a call without a broker fails in time and says where it looked", async () => {
  const server = await serve();
  await server[Symbol.asyncDispose]();
  await using bus = connectBus(server.port, { callTimeoutMs: 50 });
  await expect(bus.publish(exchange, "key", Buffer.from("x"))).rejects.toMatchObject({
    code: "unavailable",
    message: `the bus at 127.0.0.1:${server.port} did not answer in 50 ms`,
  });
});

test("a client with another secret is never let in", async () => {
  await using server = await serve();
  await using bus = connectBus(server.port, { secret: "guessed", callTimeoutMs: 100 });
  await expect(bus.declare(exchange)).rejects.toMatchObject({ code: "unavailable" });
  expect(bus.isConnected).toBe(false);
});

test.each([
  ["garbage", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["an oversized frame", Buffer.from([0xff, 0xff, 0xff, 0x7f, 0])],
  ["a frame that is not a message", encodeFrame(CONTROL_LANE, Buffer.from('{"op":"shout"}'))],
  [
    "a request before the proof",
    encodeFrame(CONTROL_LANE, Buffer.from(JSON.stringify({ op: "declare", id: 1, exchange }))),
  ],
  ["silence", Buffer.alloc(0)],
])("%s on the broker's port ends that connection and no other", async (_name, sent) => {
  await using server = await serve();
  await using bus = connectBus(server.port);
  await bus.declare(exchange);
  const stranger = connect(server.port, "127.0.0.1");
  stranger.on("error", () => {});
  stranger.resume();
  stranger.write(sent);
  await once(stranger, "close");
  expect(await bus.publish(exchange, "key", Buffer.from("x"))).toBe("unroutable");
});
