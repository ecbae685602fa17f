import { ManualClock } from "@ows/base";
import { type Link, linkTransport, tcpChannels } from "@ows/mesh-runtime";
import { type Hello, LINK_PROTOCOL_VERSION, type LinkBody } from "@ows/protocol/mesh";
import { zoneCredential } from "@ows/protocol/ticket";
import { silentLogger } from "@ows/service-kit";
import { defaultJoinRules } from "@ows/world";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CustomerJoins } from "../joins/customer-joins.ts";
import { ControlLinks } from "./control-links.ts";

const customerGuid = "11111111-2222-3333-4444-555555555555";
const secret = "a secret of the tests, long enough to be accepted";
const zoneInstanceId = 42;

let clock: ManualClock;
let joins: CustomerJoins;
let links: ControlLinks;
let port: number;

beforeEach(async () => {
  clock = new ManualClock();
  joins = new CustomerJoins(defaultJoinRules, clock, () => {});
  const instance = { zoneInstanceId, zoneId: 7, groupId: 0, worldServerId: 1, createdAtMs: 0 };
  joins.dispatch({
    kind: "recovered",
    worldServers: [],
    instances: [{ ...instance, status: "ready", reportedPlayers: 0, lastUpdateAtMs: 0, lastEmptyAtMs: null }],
  });
  links = new ControlLinks({
    secret,
    clock,
    leaseMs: 2_000,
    mesh: { grantIdBlock: async () => ({ first: 2 ** 20, size: 2 ** 20 }) },
    logger: silentLogger(),
    joinsOf: (guid) => (guid === customerGuid ? joins : undefined),
    meshes: { linked: () => {}, received: () => undefined },
  });
  port = await links.listen("127.0.0.1", 0);
});

afterEach(async () => {
  joins[Symbol.dispose]();
  await links[Symbol.asyncDispose]();
});

function connect(overrides: Partial<Hello> = {}): Promise<Link> {
  const hello: Hello = {
    protocolVersion: LINK_PROTOCOL_VERSION,
    role: "zone-server",
    customerGuid,
    zoneInstanceId,
    incarnation: "one",
    credential: zoneCredential(secret, customerGuid, zoneInstanceId),
    schemaHash: 0,
    components: [],
    pid: 1,
    ...overrides,
  };
  return linkTransport(tcpChannels).connect({
    address: { host: "127.0.0.1", port },
    hello,
    peerRoles: ["coordinator"],
  });
}

const instance = () => [...joins.state.instances.values()][0];
const isInContact = () => instance()?.phase.kind === "ready" && instance()?.phase;
const renew = (number: number, players: number): LinkBody => ({
  $case: "renew",
  value: { number, players, entities: 9, cpu: 0.5, tickP99Ms: 2, state: "running" },
});

test("a control link is contact, and its end is the loss of it", async () => {
  const link = await connect();
  await vi.waitFor(() => expect(isInContact()).toMatchObject({ contactByMs: null }));
  expect(instance()?.namesPlayers).toBe(true);
  link.close("stopping", "the test ends it");
  await vi.waitFor(() => expect(isInContact()).toMatchObject({ contactByMs: 5_000 }));
  expect(instance()?.reason).toBe("control link: the test ends it");
});

test("a renewal is granted with the time it is good for, and its load is known", async () => {
  const link = await connect();
  const answered = new Promise<LinkBody>((resolve) => link.onMessage(resolve));
  clock.advance(1_234);
  link.send(renew(5, 3));
  expect(await answered).toEqual({ $case: "grant", value: { number: 5, remainingMs: 2_000, meshTimeMs: 1_234 } });
  expect(links.loadOf(customerGuid, zoneInstanceId)).toMatchObject({ players: 3, tickP99Ms: 2 });
  expect(instance()?.phase).toMatchObject({ reportedPlayers: 3 });
});

test("ids are granted when asked for", async () => {
  const link = await connect();
  const answered = new Promise<LinkBody>((resolve) => link.onMessage(resolve));
  link.send({ $case: "idBlockRequest", value: {} });
  expect(await answered).toEqual({ $case: "idBlockGrant", value: { first: 2 ** 20, size: 2 ** 20 } });
});

test("a newer link takes the place of an older one without a loss of contact", async () => {
  const older = await connect();
  const newer = await connect({ incarnation: "two" });
  expect(await older.ended).toMatchObject({ reason: "goodbye", code: "replaced" });
  await new Promise(setImmediate);
  expect(isInContact()).toMatchObject({ contactByMs: null });
  expect(newer.isOpen).toBe(true);
});

test("orders reach the zone server, and an eviction is repeated on the next link", async () => {
  joins.dispatch({
    kind: "zone-known",
    zone: {
      zoneId: 8,
      zoneName: "Attic",
      mapName: "Attic",
      mapMode: 1,
      softPlayerCap: 5,
      hardPlayerCap: 5,
      minutesToShutdownAfterEmpty: 1,
      keepRunning: false,
      servers: 1,
    },
  });
  const attic = { zoneInstanceId: 50, zoneId: 8, groupId: 0, worldServerId: 1, createdAtMs: 0 };
  const silent = { status: "ready", reportedPlayers: 0, lastUpdateAtMs: 0, lastEmptyAtMs: null } as const;
  joins.dispatch({ kind: "recovered", worldServers: [], instances: [{ ...attic, ...silent }] });
  joins.dispatch({ kind: "players-reported", zoneInstanceId: 50, players: 1, ready: true });
  const stop = new AbortController();
  const join = {
    characterName: "Ada",
    zoneId: 8,
    groupId: 0,
    holder: zoneInstanceId,
    previous: null,
    position: null,
    toward: [],
  };
  const answer = joins.join(join, stop.signal);
  const link = await connect();
  const seen: LinkBody[] = [];
  link.onMessage((body) => seen.push(body));
  links.ofCustomer(customerGuid).stop(zoneInstanceId, "an administrator asked for it");
  await vi.waitFor(() =>
    expect(seen).toMatchObject([
      { $case: "evict", value: { characterName: "Ada", reason: "travelled" } },
      { $case: "stop", value: { reason: "an administrator asked for it", graceMs: 4_000 } },
    ]),
  );
  link.send({ $case: "evicted", value: { number: 1, characterName: "Ada", wasHere: true } });
  expect(await answer).toEqual({ kind: "placed", zoneInstanceId: 50 });
});

test.each([
  [{ credential: "forged" }, "the credential is not that of zone instance 42"],
  [
    { zoneInstanceId: 43, credential: zoneCredential(secret, customerGuid, 43) },
    "zone instance 43 is not known (any more)",
  ],
  [{ zoneInstanceId: 43 }, "the credential is not that of zone instance 43"],
])("a Hello with %j is refused", async (overrides, detail) => {
  await expect(connect(overrides)).rejects.toMatchObject({ end: { reason: "refused", detail } });
});
