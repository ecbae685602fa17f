import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import { seedDevelopment } from "../seed-development.ts";
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from "./open-sqlite-store.ts";

const customerGuid = "a0000000-0000-4000-8000-000000000001";
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

test("a file keeps its data when it is opened again", async () => {
  const file = await newFile();
  const first = await open({ file });
  expect(first.migrated).toEqual(["20230304_ows", "20261123_mesh", "20261124_ground"]);
  await seedDevelopment(first, { customerGuid });
  const block = await first.mesh.grantIdBlock(customerGuid);
  await first[Symbol.asyncDispose]();

  const second = await open({ file });
  expect(second.migrated).toEqual([]);
  expect((await second.zones.list(customerGuid)).map((zone) => zone.zoneName)).toEqual(["Cellar", "Meadow"]);
  expect((await second.mesh.grantIdBlock(customerGuid)).first).toBe(block.first + block.size);
});

test("a claim is void when something else removed its instance's row", async () => {
  const file = await newFile();
  const store = await open({ file });
  await seedDevelopment(store, { customerGuid });
  const names = { firstName: "Pat", lastName: "Lee", email: "pat@example.com" };
  const user = await store.users.register({ customerGuid, ...names, passwordHash: "hash", role: "Player" });
  const userGuid = user.kind === "registered" ? user.userGuid : "";
  const userSessionGuid = (await store.users.createSession(customerGuid, userGuid)) ?? "";
  const character = { characterName: "Wren", className: "Wanderer" };
  await store.characters.createFromClass({ customerGuid, userSessionGuid, ...character });
  const launcher = { launcherGuid: customerGuid, serverIp: "127.0.0.1", internalServerIp: "127.0.0.1" };
  const ports = { maxNumberOfInstances: 10, startingMapInstancePort: 7778 };
  const { worldServerId } = await store.worldServers.register({ customerGuid, ...launcher, ...ports });
  const mapId = (await store.zones.getByName(customerGuid, "Meadow"))?.mapId ?? 0;
  const started = await store.zoneInstances.insertStarting({ customerGuid, worldServerId, mapId, playerGroupId: 0 });
  const zoneInstanceId = started.kind === "inserted" ? started.instance.mapInstanceId : 0;
  const claim = { characterName: "Wren", entityId: 7, epoch: { term: 1, count: 1 } };
  expect((await store.claims.claim({ customerGuid, zoneInstanceId, ...claim })).kind).toBe("claimed");
  // As OWS's own clean-up does it.
  execute(file, "delete from MapInstances");
  const place = { x: 1, y: 2, z: 3, rx: 0, ry: 0, rz: 0, zoneName: null, customData: [], release: false };
  expect((await store.claims.saveClaimed(customerGuid, zoneInstanceId, [{ ...claim, ...place }])).refused).toEqual([
    { characterName: "Wren", reason: "not-claimed" },
  ]);
});

test("a new file has the schema that is expected, and the version row of OWS", async () => {
  const file = await newFile();
  const store = await open({ file });
  expect(await store.checkSchema()).toEqual([]);
  expect(rows(file, "select OWSDBVersion from OWSVersion")).toEqual([{ OWSDBVersion: "20230304" }]);
});

test("two who open one new file at once both find the schema complete", async () => {
  const file = await newFile();
  const stores = await Promise.all([open({ file }), open({ file }), open({ file })]);
  for (const store of stores) expect(await store.checkSchema()).toEqual([]);
});

test("the check names what is missing or different", async () => {
  const file = await newFile();
  await (await open({ file }))[Symbol.asyncDispose]();
  execute(
    file,
    `drop table Races;
     alter table Maps drop column SoftPlayerCap;
     drop index UX_Characters_Name;
     drop table GlobalData;
     create table GlobalData (CustomerGUID CHAR(36) not null, GlobalDataKey INTEGER not null, GlobalDataValue TEXT);`,
  );
  const store = await open({ file, migrate: false });
  expect((await store.checkSchema()).map((problem) => problem.message)).toEqual([
    "GlobalData.GlobalDataKey is INTEGER, expected VARCHAR(50)",
    "GlobalData.GlobalDataValue allows null, expected NOT NULL",
    "the table Races is missing",
    "the column Maps.SoftPlayerCap is missing",
    "the index UX_Characters_Name of Characters is missing",
  ]);
});

test("closing finishes the writes that were accepted", async () => {
  const file = await newFile();
  const store = await open({ file });
  const writes = Array.from({ length: 200 }, (_, index) => store.globalData.put(customerGuid, `key ${index}`, "v"));
  const closing = store[Symbol.asyncDispose]();
  await Promise.all([...writes, closing]);
  expect(rows(file, "select count(*) as n from GlobalData")).toEqual([{ n: 200 }]);
});

test("a closed store refuses work", async () => {
  const store = await open({ file: ":memory:" });
  await store[Symbol.asyncDispose]();
  await expect(store.ping()).rejects.toMatchObject({ name: "StoreError", code: "closed" });
});

test("work beyond the queue is turned away, and what was accepted is done", async () => {
  const store = await open({ file: ":memory:", maxQueuedOperations: 5 });
  const puts = Array.from({ length: 20 }, (_, index) => store.globalData.put(customerGuid, `key ${index}`, "v"));
  const results = await Promise.allSettled(puts);
  // One runs and five wait.
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(6);
  const refusals = results.filter((result) => result.status === "rejected").map((result) => result.reason.code);
  expect(new Set(refusals)).toEqual(new Set(["overloaded"]));
  await store.ping();
});

test("a file that cannot be opened is named", async () => {
  const folder = await newFolder();
  await expect(open({ file: folder })).rejects.toMatchObject({
    name: "StoreError",
    message: expect.stringContaining(`cannot open the database ${folder}`),
  });
});

test("two stores on one file share its locks: no port is given twice", async () => {
  const file = await newFile();
  const stores = [await open({ file }), await open({ file })];
  const [first] = stores as [SqliteStore];
  await seedDevelopment(first, { customerGuid });
  const launcherGuid = "a0000000-0000-4000-8000-000000000002";
  const { worldServerId } = await first.worldServers.register({
    ...{ customerGuid, launcherGuid, serverIp: "127.0.0.1", internalServerIp: "127.0.0.1" },
    ...{ maxNumberOfInstances: 30, startingMapInstancePort: 7778 },
  });
  const zone = await first.zones.getByName(customerGuid, "Cellar");
  const starting = { customerGuid, worldServerId, mapId: zone?.mapId ?? 0, playerGroupId: 0 };
  const results = await Promise.all(
    Array.from({ length: 10 }, () => stores.map((store) => store.zoneInstances.insertStarting(starting))).flat(),
  );
  const ports = results.map((result) => (result.kind === "inserted" ? result.instance.port : 0));
  expect(ports.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => 7778 + index));
});

test("a write that waits for another process longer than the time-out fails as busy", async () => {
  const file = await newFile();
  const store = await open({ file, busyTimeoutMs: 20 });
  const other = new DatabaseSync(file);
  other.exec("begin immediate");
  await expect(store.globalData.put(customerGuid, "k", "v")).rejects.toMatchObject({ code: "busy" });
  other.exec("commit");
  other.close();
  await store.globalData.put(customerGuid, "k", "v");
});

test("a database write does not keep the event loop waiting", async () => {
  const file = await newFile();
  const store = await open({ file, busyTimeoutMs: 5_000 });
  const other = new DatabaseSync(file);
  other.exec("begin immediate");
  const write = store.globalData.put(customerGuid, "k", "v");
  let turns = 0;
  while (turns < 100) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  // The loop turned a hundred times while the write was held up; now it may go on.
  other.exec("commit");
  other.close();
  await write;
  expect((await store.globalData.get(customerGuid, "k"))?.globalDataValue).toBe("v");
});

test("rows that other tools insert take the defaults in the same forms", async () => {
  const file = await newFile();
  const store = await open({ file });
  execute(file, "insert into Customers (CustomerName, CustomerEmail) values ('By hand', 'a@example.com')");
  const [row] = rows(file, "select CustomerGUID from Customers");
  const guid = String(row?.CustomerGUID);
  expect(guid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const customer = await store.customers.get(guid);
  expect(customer).toMatchObject({ enableAutoLoopBack: true, supportUnicode: false, stripeCustomerId: "" });
  expect(Math.abs(Date.now() - (customer?.createDate ?? 0))).toBeLessThan(60_000);
});

test("names of a customer with Unicode are unique and found in any case", async () => {
  const file = await newFile();
  const store = await open({ file });
  await seedDevelopment(store, { customerGuid });
  execute(file, "update Customers set SupportUnicode = 1");
  const user = { customerGuid, firstName: "", lastName: "", email: "e", passwordHash: "h", role: "Player" };
  const registered = await store.users.register(user);
  if (registered.kind !== "registered") throw new Error("expected a new user");
  const userSessionGuid = (await store.users.createSession(customerGuid, registered.userGuid)) ?? "";
  const create = async (characterName: string) => {
    const request = { customerGuid, userSessionGuid, characterName, className: "Wanderer" };
    return (await store.characters.createFromClass(request)).kind;
  };
  expect(await create("Élan Ødegård")).toBe("created");
  expect(await create("éLAN ØDEGÅRD")).toBe("name-taken");
  expect((await store.characters.getByName(customerGuid, "élan ødegård"))?.charName).toBe("Élan Ødegård");
  const position = { name: "ÉLAN ØDEGÅRD", x: 1, y: 2, z: 3, rx: 0, ry: 0, rz: 0 };
  expect(await store.characters.savePositions(customerGuid, [position], null)).toEqual({ saved: 1, unknown: [] });
  // Without Unicode nobody makes the database read every name; one that is there already is found as it is.
  execute(file, "update Customers set SupportUnicode = 0");
  expect(await store.characters.getByName(customerGuid, "ÉLAN ØDEGÅRD")).toBeNull();
  expect((await store.characters.getByName(customerGuid, "Élan Ødegård"))?.charName).toBe("Élan Ødegård");
});

async function open(options: SqliteStoreOptions): Promise<SqliteStore> {
  const store = await openSqliteStore(options);
  cleanUps.push(async () => store[Symbol.asyncDispose]());
  return store;
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ows-store-"));
  cleanUps.push(() => rm(folder, { recursive: true }));
  return folder;
}

async function newFile(): Promise<string> {
  return join(await newFolder(), "deep", "ows.sqlite");
}

function execute(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

function rows(file: string, sql: string): { readonly [column: string]: unknown }[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const found = database.prepare(sql).all();
  database.close();
  return found.map((row) => ({ ...row }));
}
