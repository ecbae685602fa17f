import type { Hello, LinkBody } from "@ows/protocol/mesh";
import { LINK_PROTOCOL_VERSION } from "@ows/protocol/mesh";
import { describe, expect, test, vi } from "vitest";
import type { ChannelKind, ChannelTransport } from "./byte-channel.ts";
import type { Link } from "./link.ts";
import { type ListenOptions, linkTransport } from "./link-transport.ts";

export function helloOf(fields: Partial<Hello>): Hello {
  return {
    protocolVersion: LINK_PROTOCOL_VERSION,
    role: "zone-server",
    customerGuid: "11111111-2222-3333-4444-555555555555",
    zoneInstanceId: 42,
    incarnation: "first",
    credential: "good",
    schemaHash: 7,
    components: [],
    pid: 1,
    ...fields,
  };
}

const coordinator = helloOf({ role: "coordinator", zoneInstanceId: 0, credential: "" });

/** What links guarantee over every kind of channel. */
export function linkContract(name: string, kind: ChannelKind, makeChannels: () => ChannelTransport): void {
  describe(name, () => {
    const open = async (overrides: Partial<ListenOptions> = {}) => {
      const channels = makeChannels();
      const transport = linkTransport(channels);
      const links: Link[] = [];
      const listener = await transport.listen({
        address: { host: "127.0.0.1", port: 0 },
        hello: coordinator,
        peerRoles: ["zone-server"],
        admit: ({ credential }) => (credential === "good" ? undefined : "the credential is wrong"),
        onLink: (link) => links.push(link),
        ...overrides,
      });
      const connect = (hello: Partial<Hello> = {}) =>
        transport.connect({ address: listener.address, hello: helloOf(hello), peerRoles: ["coordinator"] });
      const raw = () => channels.connect(listener.address, new AbortController().signal);
      return { listener, links, connect, raw };
    };

    test("bulk bytes travel beside messages, arrive in order, and wait for who listens", async () => {
      const { listener, links, connect } = await open();
      await using _ = listener;
      const link = await connect();
      expect(link.sendBulk(Uint8Array.of(1, 2))).toBe(true);
      expect(link.sendBulk(Uint8Array.of(3))).toBe(true);
      link.send({ $case: "evicted", value: { number: 1, characterName: "Ada", wasHere: true } });
      const seen: LinkBody[] = [];
      links[0]?.onMessage((body) => seen.push(body));
      await vi.waitFor(() => expect(seen.length).toBe(1));
      const bulk: number[][] = [];
      links[0]?.onBulk((bytes) => bulk.push([...bytes]));
      expect(bulk).toEqual([[1, 2], [3]]);
      link.sendBulk(Uint8Array.of(4));
      await vi.waitFor(() => expect(bulk).toEqual([[1, 2], [3], [4]]));
    });

    test("a peer that reads nothing gets no more bulk bytes, but still gets messages", async () => {
      const channels = makeChannels();
      const transport = linkTransport(channels);
      await using listener = await transport.listen({
        address: { host: "127.0.0.1", port: 0 },
        hello: coordinator,
        peerRoles: ["zone-server"],
        admit: () => undefined,
        onLink: () => {},
      });
      const link = await transport.connect({
        address: listener.address,
        hello: helloOf({}),
        peerRoles: ["coordinator"],
        limits: { maxUnsentBeforeBulk: -1 },
      });
      expect(link.sendBulk(Uint8Array.of(1))).toBe(false);
      expect(link.send({ $case: "evicted", value: { number: 1, characterName: "Ada", wasHere: true } })).toBe(true);
      expect(link.isOpen).toBe(true);
    });

    test("both sides learn who the other is, and messages arrive in order", async () => {
      const { listener, links, connect } = await open();
      await using _ = listener;
      const link = await connect();
      expect(link.peer.role).toBe("coordinator");
      expect([link.kind, links[0]?.kind]).toEqual([kind, kind]);
      expect(links[0]?.peer).toMatchObject({ role: "zone-server", zoneInstanceId: 42 });
      const seen: LinkBody[] = [];
      links[0]?.onMessage((body) => seen.push(body));
      for (const number of [1, 2, 3]) {
        link.send({ $case: "evicted", value: { number, characterName: "Ada", wasHere: true } });
      }
      await vi.waitFor(() =>
        expect(seen.map((body) => body.$case === "evicted" && body.value.number)).toEqual([1, 2, 3]),
      );
      expect(link.isOpen).toBe(true);
    });

    test("messages that come before anybody listens are kept", async () => {
      const { listener, connect } = await open({
        onLink: (link) => link.send({ $case: "stop", value: { reason: "at once", graceMs: 5 } }),
      });
      await using _ = listener;
      const link = await connect();
      await new Promise(setImmediate);
      const seen: string[] = [];
      link.onMessage((body) => seen.push(body.$case));
      await vi.waitFor(() => expect(seen).toEqual(["stop"]));
    });

    test("a ping is answered by the link itself", async () => {
      const { listener, connect } = await open();
      await using _ = listener;
      const link = await connect();
      const answered = new Promise<LinkBody>((resolve) => link.onMessage(resolve));
      link.send({ $case: "ping", value: { number: 9 } });
      expect(await answered).toEqual({ $case: "pong", value: { number: 9 } });
    });

    test.each([
      [{ credential: "bad" }, "the credential is wrong"],
      [{ role: "launcher" }, 'role "launcher", expected zone-server'],
      [{ protocolVersion: 99 }, "link protocol 99, this side speaks 1"],
      [{ incarnation: "" }, "no incarnation"],
    ])("a Hello with %j is refused, and told why", async (hello, reason) => {
      const { listener, links, connect } = await open();
      await using _ = listener;
      await expect(connect(hello)).rejects.toMatchObject({ end: { reason: "refused", detail: reason } });
      expect(links).toEqual([]);
      expect(listener.endings.get("refused")).toBe(1);
      await vi.waitFor(() => expect(listener.connections).toBe(0));
    });

    test.each([
      ["garbage", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "oversized"],
      ["a frame of a gigabyte", Buffer.from([0, 0, 0, 0x40, 0]), "oversized"],
      ["a frame without a lane", Buffer.from([0, 0, 0, 0]), "garbage"],
      ["a frame on a lane that does not exist", Buffer.from([1, 0, 0, 0, 9]), "garbage"],
      ["a frame that is no message", Buffer.from([4, 0, 0, 0, 0, 0xff, 0xff, 0xff]), "garbage"],
      // A ping: field 3, three bytes long.
      ["a message before the Hello", Buffer.from([5, 0, 0, 0, 0, 0x1a, 2, 8, 1]), "garbage"],
    ])("%s ends the connection and is counted", async (_name, bytes, reason) => {
      const { listener, raw } = await open();
      await using _ = listener;
      const channel = await raw();
      const closed = new Promise((resolve) => channel.attach({ onBytes: () => {}, onClose: resolve }));
      channel.write(bytes);
      await closed;
      expect([...listener.endings]).toEqual([[reason, 1]]);
      expect(listener.connections).toBe(0);
    });

    test("whoever stays silent is put out", async () => {
      const { listener, raw } = await open({ limits: { handshakeTimeoutMs: 30 } });
      await using _ = listener;
      const channel = await raw();
      await new Promise((resolve) => channel.attach({ onBytes: () => {}, onClose: resolve }));
      expect([...listener.endings]).toEqual([["handshake-timeout", 1]]);
    });

    test("one connection too many is closed, and the others stay", async () => {
      const { listener, connect } = await open({ limits: { maxConnections: 1 } });
      await using _ = listener;
      const first = await connect();
      await expect(connect()).rejects.toMatchObject({ end: { reason: "lost" } });
      expect(listener.endings.get("too-many-connections")).toBe(1);
      expect(first.isOpen).toBe(true);
    });

    test("a goodbye reaches the other side with its code and reason", async () => {
      const { listener, links, connect } = await open();
      await using _ = listener;
      const link = await connect();
      links[0]?.close("replaced", "a newer process took this place");
      expect(await link.ended).toEqual({
        reason: "goodbye",
        code: "replaced",
        detail: "a newer process took this place",
      });
      expect(await links[0]?.ended).toMatchObject({ reason: "closed" });
      expect(link.send({ $case: "ping", value: { number: 1 } })).toBe(false);
    });

    test("a peer that does not read is cut off before it costs memory", async () => {
      const { listener, links, connect } = await open({ limits: { maxUnsentBytes: 1_000 } });
      await using _ = listener;
      await connect();
      const long = "x".repeat(900);
      const sends: (boolean | undefined)[] = [];
      for (let i = 0; i < 40_000 && sends.at(-1) !== false; i++) {
        sends.push(links[0]?.send({ $case: "ending", value: { reason: long } }));
      }
      expect(sends.at(-1)).toBe(false);
      expect(await links[0]?.ended).toMatchObject({ reason: "slow-peer" });
    });

    test("a listener that stops says so to everybody", async () => {
      const { listener, connect } = await open();
      const link = await connect();
      await listener[Symbol.asyncDispose]();
      expect(await link.ended).toMatchObject({ reason: "goodbye", code: "stopping" });
      await expect(connect()).rejects.toMatchObject({ end: { reason: "lost" } });
    });
  });
}
