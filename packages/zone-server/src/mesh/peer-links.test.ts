import { type Clock, ManualClock, Prng } from "@ows/base";
import { hostChannels, linkTransport, MemoryChannels } from "@ows/mesh-runtime";
import { LINK_PROTOCOL_VERSION, type LinkBody } from "@ows/protocol/mesh";
import { silentLogger } from "@ows/service-kit";
import { expect, test } from "vitest";
import { processClock } from "../process-clock.ts";
import { PeerLinks } from "./peer-links.ts";

const channels = new MemoryChannels();
const transport = linkTransport(channels);

function listen(
  zoneInstanceId: number,
  over = transport,
  host = "here",
  clock: Clock = processClock,
): Promise<PeerLinks> {
  return PeerLinks.listen({
    transport: over,
    address: { host, port: 0 },
    hello: {
      protocolVersion: LINK_PROTOCOL_VERSION,
      role: "zone-server",
      customerGuid: "11111111-2222-3333-4444-555555555555",
      zoneInstanceId,
      incarnation: `server ${zoneInstanceId}`,
      schemaHash: 1,
      components: [],
      pid: 1,
    },
    prng: Prng.fromSeed(zoneInstanceId),
    clock,
    logger: silentLogger(),
  });
}

const addressOf = (id: number, { address }: PeerLinks) => ({ id, ...address });

async function pair() {
  const [one, two] = [await listen(1), await listen(2)];
  for (const links of [one, two]) {
    links.admitWith("secret");
    links.setPeers([addressOf(1, one), addressOf(2, two)]);
  }
  await expect.poll(() => [one.up, two.up]).toEqual([[2], [1]]);
  return { one, two };
}

test("two servers that know of each other get one link, with messages and bulk bytes both ways", async () => {
  const { one, two } = await pair();
  await using _ = one;
  await using __ = two;
  const got: unknown[] = [];
  for (const links of [one, two]) {
    links.onMessage((from, body: LinkBody) => got.push([from, body.$case]));
    links.onBulk((from, bytes) => got.push([from, ...bytes]));
  }
  expect(one.send(2, { $case: "clientWarm", value: { root: 7 } })).toBe(true);
  expect(one.sendBulk(2, Uint8Array.of(1, 2, 3))).toBe(true);
  await expect
    .poll(() => got)
    .toEqual([
      [1, "clientWarm"],
      [1, 1, 2, 3],
    ]);
  expect(two.sendBulk(1, Uint8Array.of(9))).toBe(true);
  await expect.poll(() => got.at(-1)).toEqual([2, 9]);
  expect(one.send(3, { $case: "clientWarm", value: { root: 7 } })).toBe(false);
});

test("a link that is gone is told once on each side, and comes back when its server does", async () => {
  const { one, two } = await pair();
  await using _ = one;
  const told: string[] = [];
  one.onDown((peer) => told.push(`down ${peer}`));
  one.onUp((peer) => told.push(`up ${peer}`));
  await two[Symbol.asyncDispose]();
  await expect.poll(() => told).toEqual(["down 2"]);
  await using again = await listen(2);
  again.admitWith("secret");
  again.setPeers([addressOf(1, one)]);
  one.setPeers([addressOf(2, again)]);
  await expect.poll(() => told).toEqual(["down 2", "up 2"]);
});

test("another secret, and a server that nobody named, get no link", async () => {
  await using one = await listen(1);
  await using two = await listen(2);
  one.admitWith("guessed");
  two.admitWith("secret");
  one.setPeers([addressOf(2, two)]);
  two.setPeers([addressOf(1, one)]);
  let downs = 0;
  two.onUp(() => downs++);
  one.onUp(() => downs++);
  await using three = await listen(3);
  await using zero = await listen(4);
  three.admitWith("secret");
  three.setPeers([addressOf(4, zero)]);
  zero.admitWith("secret");
  await expect.poll(() => [two.up, zero.up, downs]).toEqual([[], [], 0]);
  zero.setPeers([addressOf(3, three)]);
  await expect.poll(() => zero.up).toEqual([3]);
  expect(two.up).toEqual([]);
});

test("servers of one machine are linked through a Unix socket, and through TCP when that is not to be had", async () => {
  const over = linkTransport(hostChannels());
  await using one = await listen(1, over, "127.0.0.1");
  await using two = await listen(2, over, "127.0.0.1");
  const kinds = () => [one, two].map((links) => links.inspect().map(({ isUp, kind }) => isUp && kind));
  for (const links of [one, two]) links.admitWith("secret");
  two.setPeers([addressOf(1, one)]);
  one.setPeers([addressOf(2, two)]);
  await expect.poll(kinds).toEqual([["unix"], ["unix"]]);
  one.setPeers([{ ...addressOf(2, two), socketPath: "/tmp/ows-link-1-elsewhere/link" }]);
  await expect.poll(kinds).toEqual([["tcp"], ["tcp"]]);
});

test("a server that answers at another one's address is not taken for it", async () => {
  await using one = await listen(1);
  await using three = await listen(3);
  for (const links of [one, three]) links.admitWith("secret");
  const taken: number[] = [];
  three.onUp((peer) => taken.push(peer));
  three.setPeers([addressOf(1, one)]);
  let ups = 0;
  one.onUp(() => ups++);
  one.setPeers([addressOf(2, three)]);
  await expect.poll(() => taken.length).toBeGreaterThan(1);
  expect([ups, one.up]).toEqual([0, []]);
});

test("who learns of a peer by the way lets it in or connects to it, whichever of the two connects", async () => {
  for (const untold of [1, 2]) {
    await using one = await listen(1);
    await using two = await listen(2);
    for (const links of [one, two]) links.admitWith("secret");
    const [told, learner] = untold === 1 ? [two, one] : [one, two];
    told.setPeers([addressOf(untold, learner)]);
    expect(learner.learn(addressOf(untold === 1 ? 2 : 1, told))).toBe(true);
    await expect.poll(() => [one.up, two.up]).toEqual([[2], [1]]);
  }
});

test("a peer that was learned of stays while it is named or linked, and no more than so many are kept", async () => {
  const clock = new ManualClock(0);
  await using one = await listen(1, transport, "here", clock);
  expect(one.learn({ id: 2, host: "nowhere", port: 1 })).toBe(false);
  one.admitWith("secret");
  expect(one.learn({ id: 1, host: "nowhere", port: 1 })).toBe(false);
  const learned = Array.from({ length: 17 }, (_, i) => one.learn({ id: i + 2, host: "nowhere", port: i + 1 }));
  expect(learned.lastIndexOf(true)).toBe(15);
  expect(one.learn({ id: 2, host: "elsewhere", port: 1 })).toBe(true);
  expect(one.inspect()).toHaveLength(16);
  clock.advance(10_001);
  await expect.poll(() => one.inspect()).toEqual([]);
  expect(one.learn({ id: 18, host: "nowhere", port: 1 })).toBe(true);
  one.setPeers([{ id: 18, host: "nowhere", port: 1 }]);
  clock.advance(10_001);
  one.learn({ id: 19, host: "nowhere", port: 2 });
  clock.advance(10_001);
  await expect.poll(() => one.inspect().map(({ peer }) => peer)).toEqual([18]);
});
