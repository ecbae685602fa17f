import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FakeMember, type HeldUnit, MeshStack } from "./mesh-stack.test-kit.ts";

let stack: MeshStack;
let a: FakeMember;
let b: FakeMember;
let c: FakeMember;

const UNIT = 77;
const at = (count: number) => ({ term: 1, count });
const unit = (role: HeldUnit["role"], count: number, peer: FakeMember | undefined): HeldUnit => ({
  root: UNIT,
  epoch: at(count),
  role,
  peer: peer?.id ?? 0,
});

beforeEach(async () => {
  stack = await MeshStack.open(3);
  const [first, second, third] = await stack.runningMesh(3);
  if (first === undefined || second === undefined || third === undefined) throw new Error("three members expected");
  [a, b, c] = [first, second, third];
});

afterEach(async () => {
  await stack[Symbol.asyncDispose]();
});

const others = () => [b, c];
const settledAt = (version: number) => Promise.all(others().map((member) => member.partition(version)));

/** What A was part of when it died, by what the others have of the unit, and who has to own it afterwards. */
test.each([
  [
    "during preparation: the target was told, and has the only copy",
    () => [[], [unit("staged", 1, a)]],
    [[], ["promote"]],
  ],
  [
    "during preparation, as target: the source never ceased to own",
    () => [[unit("owner", 1, undefined)], []],
    [[], []],
  ],
  ["as target after the commit: the source has it in escrow", () => [[unit("escrow", 2, a)], []], [["promote"], []]],
  ["as source after the commit arrived: the target owns", () => [[], [unit("owner", 2, undefined)]], [[], []]],
  [
    "as target that had begun to hand it on: the newer copy wins, the escrow before is dropped",
    () => [[unit("escrow", 2, a)], [unit("staged", 3, a)]],
    [["supersede"], ["promote"]],
  ],
  [
    "as target whose commit was late: the escrow of the newer epoch wins",
    () => [[unit("escrow", 4, a)], [unit("staged", 3, a)]],
    [["promote"], ["supersede"]],
  ],
])("A dies %s", async (_name, held, expected) => {
  const [ofB = [], ofC = []] = held();
  [b.held, c.held] = [ofB, ofC];
  await stack.exit(a.id);
  const updates = await settledAt(2);
  expect(updates.flatMap(({ cells }) => cells.map((cell) => cell.zoneInstanceId))).not.toContain(a.id);
  expect(updates[0]?.peers.map((peer) => peer.zoneInstanceId)).toEqual([c.id]);
  const kinds = (member: FakeMember) => member.orders().map((order) => order.split(" ")[0]);
  expect([kinds(b), kinds(c)]).toEqual(expected.map((orders) => ["fence", ...orders]));
  expect(b.orders()[0]).toBe(`fence ${a.id} in term 2`);
  const { meshInstanceId, term, version, isSettling } = await stack.mesh();
  expect({ term, version, isSettling }).toEqual({ term: 2, version: 2, isSettling: false });
  expect(await stack.store.mesh.currentTerm(stack.customerGuid, meshInstanceId)).toBe(2);
  expect((await stack.store.mesh.assignments(stack.customerGuid, meshInstanceId))?.version).toBe(2);
});

test("nobody is sent to the dead, nobody is started for it, and its claims are free for the heirs", async () => {
  const claim = { customerGuid: stack.customerGuid, characterName: "Oak", entityId: UNIT };
  await stack.character("Oak", { x: -300, y: -300 });
  const before = await stack.join("Oak");
  const dead = [a, b, c].find((member) => member.id === before.mapInstanceID) ?? a;
  const heir = [a, b, c].find((member) => member !== dead) ?? b;
  await stack.store.claims.claim({ ...claim, zoneInstanceId: dead.id, epoch: at(1) });
  dead.present("Oak");
  await stack.exit(dead.id);
  await heir.partition(2);
  await vi.waitFor(async () => expect(await stack.store.claims.holderOf(claim.customerGuid, "Oak")).toBeNull());
  const epoch = { term: 2, count: 1 };
  expect((await stack.store.claims.transfer([{ ...claim, zoneInstanceId: heir.id, epoch }]))[0]).toMatchObject({
    kind: "transferred",
  });
  heir.present("Oak");
  await vi.waitFor(async () => expect((await stack.join("Oak")).mapInstanceID).toBe(heir.id));
  expect(stack.started).toEqual([]);
  expect((await stack.mesh()).servers.map((server) => server.zoneInstanceId)).not.toContain(dead.id);
});

test("a join in the moment of a death waits until it is settled", async () => {
  await stack.character("Oak", { x: -300, y: -300 });
  b.held = undefined;
  await stack.exit(a.id);
  await vi.waitFor(() => expect(b.orders()).toEqual([`fence ${a.id} in term 2`]));
  const answer = stack.join("Oak");
  await vi.waitFor(() => expect(c.orders()).toEqual([`fence ${a.id} in term 2`]));
  c.present("Oak");
  await vi.waitFor(async () => expect((await stack.mesh()).isSettling).toBe(true));
  b.say({ $case: "copies", value: { hasMore: false, term: 2, copies: [] } });
  await settledAt(2);
  expect((await answer).mapInstanceID).toBe(c.id);
});

test("a survivor without a control link is waited for, and hears of the death when it is back", async () => {
  await b.cut();
  c.held = [unit("staged", 1, a)];
  await stack.exit(a.id);
  await vi.waitFor(() => expect(c.orders()).toEqual([`fence ${a.id} in term 2`]));
  expect(await stack.mesh()).toMatchObject({ isSettling: true, version: 1 });
  b.heard.length = 0;
  await b.link();
  await settledAt(2);
  expect(b.orders()[0]).toBe(`fence ${a.id} in term 2`);
  // A server that was away may have missed anything: the round begins anew, at a term of its own.
  const fenceAgain = `fence ${a.id} in term 3`;
  expect(c.orders()).toEqual([`fence ${a.id} in term 2`, fenceAgain, `promote ${UNIT}@1.1 in term 3`]);
});

test("an order to take over that was lost with its link is given again", async () => {
  c.held = [unit("staged", 1, a)];
  c.takesOver = false;
  await stack.exit(a.id);
  await vi.waitFor(() => expect(c.orders()).toContain(`promote ${UNIT}@1.1 in term 2`));
  await c.cut();
  c.takesOver = true;
  await c.link();
  await settledAt(2);
});

test("of a dead server is told how many players it had, who has its ground, and who took over what, once each", async () => {
  a.present("Oak");
  c.held = [unit("staged", 1, a)];
  c.takesOver = false;
  await stack.exit(a.id);
  await vi.waitFor(() => expect(c.orders()).toContain(`promote ${UNIT}@1.1 in term 2`));
  const [loss] = (await stack.mesh()).losses;
  expect(loss).toMatchObject({ zoneInstanceId: a.id, players: 1, ground: [], entities: [{ to: c.id, count: 1 }] });
  await c.cut();
  c.takesOver = true;
  await c.link();
  await settledAt(2);
  const { losses, cells } = await stack.mesh();
  expect(losses).toHaveLength(1);
  expect(losses[0]?.entities).toEqual([{ to: c.id, count: 1 }]);
  const heirs = new Set(losses[0]?.ground.map(({ to }) => to));
  expect(heirs.size).toBeGreaterThan(0);
  expect([...heirs].filter((heir) => !cells.some((cell) => cell.zoneInstanceId === heir))).toEqual([]);
  const whole = losses[0]?.ground.reduce((sum, { squareMeters }) => sum + squareMeters, 0) ?? 0;
  expect(whole).toBeGreaterThan(10_000);
});

test("when the one that was to take over dies too, the next best copy is taken", async () => {
  b.held = [unit("escrow", 2, a)];
  c.held = [unit("staged", 3, a)];
  c.takesOver = false;
  await stack.exit(a.id);
  await vi.waitFor(() => expect(c.orders()).toContain(`promote ${UNIT}@1.3 in term 2`));
  await stack.exit(c.id);
  const update = await vi.waitFor(() => {
    const last = b.partitions().at(-1);
    if (last?.cells.some((cell) => cell.zoneInstanceId !== b.id) !== false) throw new Error("not all ground is B's");
    return last;
  });
  expect(update.peers).toEqual([]);
  expect(b.orders().at(-1)).toBe(`promote ${UNIT}@1.2 in term 3`);
});

test("with the last one all are started anew, as another mesh instance with ground of its own", async () => {
  const { meshInstanceId } = await stack.mesh();
  for (const member of [a, b, c]) await stack.exit(member.id);
  const next = await stack.runningMesh(3);
  const now = await stack.mesh();
  expect(now.meshInstanceId).not.toBe(meshInstanceId);
  expect(now).toMatchObject({ version: 1, term: 1 });
  expect(now.servers.map((server) => server.zoneInstanceId)).toEqual(next.map((member) => member.id));
  await vi.waitFor(async () =>
    expect(await stack.store.mesh.assignments(stack.customerGuid, meshInstanceId)).toBeNull(),
  );
});

test.each([true, false])(
  "a commit in doubt is asked for at its target, and the answer (%s) is told",
  async (isTaken) => {
    a.say({ $case: "resolveQuestion", value: { entity: UNIT, epoch: at(2), to: b.id } });
    await vi.waitFor(() => expect(b.orders()).toEqual([`ask ${UNIT}@1.2 in term 1`]));
    b.say({ $case: "commitFate", value: { entity: UNIT, epoch: at(2), isTaken } });
    await vi.waitFor(() => expect(a.orders()).toEqual([`resolved ${UNIT}@1.2 taken: ${isTaken}`]));
  },
);

test("hostile control messages are dropped, and the mesh instance goes on", async () => {
  b.say({
    $case: "copies",
    value: { hasMore: false, term: 9, copies: [{ root: 1, members: [], role: "king", peer: 0 }] },
  });
  b.say({ $case: "resolveQuestion", value: { entity: 0, epoch: at(1), to: a.id } });
  b.say({ $case: "settled", value: { term: 9, root: 0, order: "crown", role: "king" } });
  b.say({ $case: "commitFate", value: { entity: 5, epoch: undefined, isTaken: true } });
  await stack.exit(a.id);
  await settledAt(2);
});
