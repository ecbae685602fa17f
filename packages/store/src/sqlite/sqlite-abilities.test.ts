import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { StoreWorld, type Tenant } from "../contract/store-suite.test-kit.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

/** Abilities and player groups have no port that adds them: administrators write these rows, and so does this test. */
const world = new StoreWorld();
let folder: string;
let database: DatabaseSync;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ows-store-"));
  const file = join(folder, "ows.sqlite");
  await world.open(({ now }) => openSqliteStore({ file, now }));
  database = new DatabaseSync(file);
});

afterAll(async () => {
  database.close();
  await world.close();
  await rm(folder, { recursive: true });
});

let tenant: Tenant;
let customerGuid: string;
let characterId: number;

beforeEach(async () => {
  tenant = await world.tenant();
  customerGuid = tenant.customerGuid;
  characterId = (await tenant.character(await tenant.session(), "Oak")).characterId;
  const type = insert("insert into AbilityTypes (AbilityTypeName, CustomerGUID) values ('Spell', ?)", customerGuid);
  for (const name of ["Leap", "Blaze"]) {
    insert(
      "insert into Abilities (CustomerGUID, AbilityName, AbilityTypeID) values (?, ?, ?)",
      customerGuid,
      name,
      type,
    );
  }
});

test("abilities are listed by name, with their type", async () => {
  expect(await world.store.abilities.list(customerGuid)).toMatchObject([
    { abilityName: "Blaze", abilityTypeName: "Spell", class: null, textureToUseForIcon: "" },
    { abilityName: "Leap", abilityTypeName: "Spell" },
  ]);
});

test("an ability is added once, changed and taken away", async () => {
  const { abilities } = world.store;
  const change = { characterName: "oak", abilityName: "Leap", abilityLevel: 1, charHasAbilitiesCustomJson: "{}" };
  expect(await abilities.update(customerGuid, change)).toEqual({ kind: "not-owned" });
  expect(await abilities.add(customerGuid, change)).toEqual({ kind: "done" });
  expect(await abilities.add(customerGuid, { ...change, abilityLevel: 9 })).toEqual({ kind: "done" });
  expect(await abilities.listOfCharacter(customerGuid, "Oak")).toMatchObject([
    { abilityName: "Leap", abilityLevel: 1, charHasAbilitiesCustomJson: "{}", characterId, charName: "Oak" },
  ]);
  expect(await abilities.update(customerGuid, { ...change, abilityLevel: 3 })).toEqual({ kind: "done" });
  expect(await abilities.listOfCharacter(customerGuid, "Oak")).toMatchObject([{ abilityLevel: 3 }]);
  expect(await abilities.remove(customerGuid, "Oak", "Leap")).toEqual({ kind: "done" });
  expect(await abilities.listOfCharacter(customerGuid, "Oak")).toEqual([]);
});

test("unknown characters and abilities are named as such", async () => {
  const { abilities } = world.store;
  const change = { characterName: "Oak", abilityName: "Leap", abilityLevel: 1, charHasAbilitiesCustomJson: null };
  const nobody = await abilities.add(customerGuid, { ...change, characterName: "Nobody" });
  expect(nobody).toEqual({ kind: "unknown-character" });
  const nothing = await abilities.add(customerGuid, { ...change, abilityName: "Nothing" });
  expect(nothing).toEqual({ kind: "unknown-ability" });
  // The name exists for this customer only.
  const stranger = await world.tenant();
  await stranger.character(await stranger.session(), "Oak");
  expect(await abilities.add(stranger.customerGuid, change)).toEqual({ kind: "unknown-ability" });
});

test("an ability on a bar is listed by slot, and leaves the bar with its removal", async () => {
  const { abilities } = world.store;
  const bar = insert(
    "insert into CharAbilityBars (CustomerGUID, CharacterID, AbilityBarName) values (?, ?, 'Main')",
    ...[customerGuid, characterId],
  );
  for (const [slot, abilityName] of ["Leap", "Blaze"].entries()) {
    const change = { characterName: "Oak", abilityName, abilityLevel: 1, charHasAbilitiesCustomJson: null };
    await abilities.add(customerGuid, change);
    const owned = await abilities.listOfCharacter(customerGuid, "Oak");
    const id = owned.find((ability) => ability.abilityName === abilityName)?.charHasAbilitiesId ?? 0;
    insert(
      `insert into CharAbilityBarAbilities (CustomerGUID, CharAbilityBarID, CharHasAbilitiesID, InSlotNumber)
       values (?, ?, ?, ?)`,
      ...[customerGuid, bar, id, slot + 1],
    );
  }
  expect(await abilities.listBars(customerGuid, "Oak")).toMatchObject([
    { abilityBarName: "Main", maxNumberOfSlots: 1 },
  ]);
  expect(await abilities.listBarSlots(customerGuid, "Oak")).toMatchObject([
    { abilityBarName: "Main", inSlotNumber: 1, ability: { abilityName: "Leap" } },
    { abilityBarName: "Main", inSlotNumber: 2, ability: { abilityName: "Blaze" } },
  ]);
  expect(await abilities.remove(customerGuid, "Oak", "Leap")).toEqual({ kind: "done" });
  expect(await abilities.listBarSlots(customerGuid, "Oak")).toMatchObject([{ ability: { abilityName: "Blaze" } }]);
});

test("a character with abilities on a bar can be removed", async () => {
  const { abilities, characters, users } = world.store;
  const change = { characterName: "Oak", abilityName: "Leap", abilityLevel: 1, charHasAbilitiesCustomJson: null };
  await abilities.add(customerGuid, change);
  const bar = insert(
    "insert into CharAbilityBars (CustomerGUID, CharacterID) values (?, ?)",
    customerGuid,
    characterId,
  );
  const [owned] = await abilities.listOfCharacter(customerGuid, "Oak");
  insert(
    "insert into CharAbilityBarAbilities (CustomerGUID, CharAbilityBarID, CharHasAbilitiesID) values (?, ?, ?)",
    ...[customerGuid, bar, owned?.charHasAbilitiesId ?? 0],
  );
  const player = await users.findPlayerByEmail(customerGuid, "player@example.com");
  const session = await users.createSession(customerGuid, player?.userGuid ?? "");
  expect(await characters.remove(customerGuid, session ?? "", "Oak")).toEqual({ kind: "removed" });
  expect(await abilities.listBars(customerGuid, "Oak")).toEqual([]);
});

test("a character's groups are listed, of one type or of all", async () => {
  const { playerGroups } = world.store;
  const groupOf = (type: number) => {
    insert("insert or ignore into PlayerGroupTypes (PlayerGroupTypeID, PlayerGroupTypeDesc) values (?, 'x')", type);
    const sql = "insert into PlayerGroup (CustomerGUID, PlayerGroupName, PlayerGroupTypeID) values (?, ?, ?)";
    const group = insert(sql, customerGuid, `group ${type}`, type);
    const member = "insert into PlayerGroupCharacters (PlayerGroupID, CustomerGUID, CharacterID) values (?, ?, ?)";
    insert(member, group, customerGuid, characterId);
    return group;
  };
  const party = groupOf(1);
  const guild = groupOf(3);
  const ids = async (type: number) =>
    (await playerGroups.listOfCharacter(customerGuid, "oak", type)).map((group) => group.playerGroupId);
  expect(await ids(0)).toEqual([party, guild]);
  expect(await ids(3)).toEqual([guild]);
  expect(await ids(7)).toEqual([]);
  expect(await playerGroups.listOfCharacter(customerGuid, "Nobody", 0)).toEqual([]);
});

/** Returns the id of the row. */
function insert(sql: string, ...parameters: (string | number)[]): number {
  return Number(database.prepare(sql).run(...parameters).lastInsertRowid);
}
