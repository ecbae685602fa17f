import { Prng } from "@ows/base";
import { expect, test, vi } from "vitest";
import { keepLinked } from "./keep-linked.ts";
import { helloOf } from "./link.contract.ts";
import type { Link } from "./link.ts";
import { linkTransport } from "./link-transport.ts";
import { tcpChannels } from "./tcp-channel.ts";

const transport = linkTransport(tcpChannels);
const hello = helloOf({});

function listen(port: number, onLink: (link: Link) => void = () => {}) {
  return transport.listen({
    address: { host: "127.0.0.1", port },
    hello: helloOf({ role: "coordinator" }),
    peerRoles: ["zone-server"],
    admit: () => undefined,
    onLink,
  });
}

test("a kept link comes back after its peer did, and says goodbye when it is no longer wanted", async () => {
  const first = await listen(0);
  const { address } = first;
  const events: string[] = [];
  const kept = keepLinked({
    connect: (signal) => transport.connect({ address, hello, peerRoles: ["coordinator"], signal }),
    onLink: () => events.push("up"),
    onDown: (_end, wasLinked) => {
      if (wasLinked) events.push("down");
    },
    prng: Prng.fromSeed(1),
    backoff: { firstMs: 5, maxMs: 20 },
  });
  await vi.waitFor(() => expect(events).toEqual(["up"]));
  await first[Symbol.asyncDispose]();
  await vi.waitFor(() => expect(events).toEqual(["up", "down"]));
  const accepted: Link[] = [];
  await using _second = await listen(address.port, (link) => accepted.push(link));
  await vi.waitFor(() => expect(events).toEqual(["up", "down", "up"]));
  await kept[Symbol.asyncDispose]();
  expect(await accepted[0]?.ended).toMatchObject({ reason: "goodbye", code: "stopping" });
});

test("a kept link that waits to try again tries at once when it is told to", async () => {
  const first = await listen(0);
  const { address } = first;
  await first[Symbol.asyncDispose]();
  let failures = 0;
  let links = 0;
  await using kept = keepLinked({
    connect: (signal) => transport.connect({ address, hello, peerRoles: ["coordinator"], signal }),
    onLink: () => links++,
    onDown: () => failures++,
    prng: Prng.fromSeed(1),
    backoff: { firstMs: 600_000, maxMs: 600_000 },
  });
  await vi.waitFor(() => expect(failures).toBe(1));
  await using _second = await listen(address.port);
  await vi.waitFor(() => {
    kept.retryNow();
    expect(links).toBe(1);
  });
});

test("a kept link that never found its peer stops at once when told to", async () => {
  const listener = await listen(0);
  const { address } = listener;
  await listener[Symbol.asyncDispose]();
  const failures: string[] = [];
  const kept = keepLinked({
    connect: (signal) => transport.connect({ address, hello, peerRoles: ["coordinator"], signal }),
    onLink: () => {},
    onDown: ({ reason }) => failures.push(reason),
    prng: Prng.fromSeed(1),
    backoff: { firstMs: 5, maxMs: 60_000 },
  });
  await vi.waitFor(() => expect(failures.length).toBeGreaterThan(2));
  await kept[Symbol.asyncDispose]();
  expect(new Set(failures)).toEqual(new Set(["lost"]));
});
