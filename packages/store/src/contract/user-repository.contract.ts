import { expect, test } from "vitest";
import { countKinds, type OpenStore, race, storeSuite } from "./store-suite.test-kit.ts";

export function userRepositoryContract(name: string, openStore: OpenStore): void {
  storeSuite(`UserRepository: ${name}`, openStore, (world) => {
    test("a registered player is found by the exact e-mail, with the hash", async () => {
      const tenant = await world.tenant();
      const userGuid = await tenant.user("Pat@example.com");
      expect(await world.store.users.findPlayerByEmail(tenant.customerGuid, "Pat@example.com")).toEqual({
        userGuid,
        customerGuid: tenant.customerGuid,
        firstName: "Pat",
        lastName: "Lee",
        email: "Pat@example.com",
        passwordHash: "hash",
        createDate: world.nowMs,
        lastAccess: world.nowMs,
        role: "Player",
      });
      expect(await world.store.users.findPlayerByEmail(tenant.customerGuid, "pat@example.com")).toBeNull();
      expect(await world.store.users.findPlayerByEmail(world.guid(), "Pat@example.com")).toBeNull();
    });

    test("of many who register one e-mail, one wins", async () => {
      const { customerGuid } = await world.tenant();
      const user = { customerGuid, firstName: "", lastName: "", email: "one@example.com", passwordHash: "h" };
      const results = await race(20, () => world.store.users.register({ ...user, role: "Player" }));
      expect(countKinds(results)).toEqual({ registered: 1, "duplicate-email": 19 });
    });

    test("an e-mail may be used once per role and per customer", async () => {
      const one = await world.tenant();
      const other = await world.tenant();
      await one.user("same@example.com");
      await other.user("same@example.com");
      const developer = { customerGuid: one.customerGuid, firstName: "", lastName: "", passwordHash: "h" };
      const result = await world.store.users.register({ ...developer, email: "same@example.com", role: "Developer" });
      expect(result.kind).toBe("registered");
    });

    test("a new password hash replaces the old one", async () => {
      const { users } = world.store;
      const tenant = await world.tenant();
      const userGuid = await tenant.user();
      const longest = "x".repeat(128);
      expect(await users.updatePasswordHash(tenant.customerGuid, userGuid, longest)).toBe(true);
      expect((await users.findPlayerByEmail(tenant.customerGuid, "player@example.com"))?.passwordHash).toBe(longest);
      expect(await users.updatePasswordHash(tenant.customerGuid, world.guid(), "h")).toBe(false);
    });

    test("a hash that does not fit is refused, not cut", async () => {
      const tenant = await world.tenant();
      const userGuid = await tenant.user();
      const tooLong = world.store.users.updatePasswordHash(tenant.customerGuid, userGuid, "x".repeat(129));
      await expect(tooLong).rejects.toMatchObject({ name: "StoreError", code: "constraint" });
    });

    test("a login ends the earlier sessions of the user, and of nobody else", async () => {
      const { users } = world.store;
      const tenant = await world.tenant();
      const userGuid = await tenant.user();
      const bystander = await tenant.session("bystander@example.com");
      const first = await users.createSession(tenant.customerGuid, userGuid);
      const second = await users.createSession(tenant.customerGuid, userGuid);
      expect(await users.getSession(tenant.customerGuid, first ?? "")).toBeNull();
      expect(await users.getSession(tenant.customerGuid, second ?? "")).toMatchObject({
        userSessionGuid: second,
        userGuid,
        loginDate: world.nowMs,
        selectedCharacterName: null,
        email: "player@example.com",
        role: "Player",
        character: null,
      });
      expect(await users.getSession(tenant.customerGuid, bystander)).not.toBeNull();
    });

    test("many logins at once leave one session", async () => {
      const { users } = world.store;
      const tenant = await world.tenant();
      const userGuid = await tenant.user();
      const sessions = await race(20, () => users.createSession(tenant.customerGuid, userGuid));
      const found = await Promise.all(sessions.map((session) => users.getSession(tenant.customerGuid, session ?? "")));
      expect(found.filter((session) => session !== null)).toHaveLength(1);
    });

    test("an unknown user gets no session", async () => {
      const tenant = await world.tenant();
      expect(await world.store.users.createSession(tenant.customerGuid, world.guid())).toBeNull();
    });

    test("a session is unknown to other customers", async () => {
      const tenant = await world.tenant();
      const session = await tenant.session();
      const other = await world.tenant();
      expect(await world.store.users.getSession(other.customerGuid, session)).toBeNull();
      expect(await world.store.users.deleteSession(other.customerGuid, session)).toBe(false);
    });

    test("a session that is deleted is gone", async () => {
      const tenant = await world.tenant();
      const session = await tenant.session();
      expect(await world.store.users.deleteSession(tenant.customerGuid, session)).toBe(true);
      expect(await world.store.users.deleteSession(tenant.customerGuid, session)).toBe(false);
    });

    test("sessions end by their age, of whichever customer they are", async () => {
      const { users } = world.store;
      const tenant = await world.tenant();
      const other = await world.tenant();
      world.nowMs += 60_000;
      await users.deleteSessionsOpenedBefore(world.nowMs);
      const old = await tenant.session("old@example.com");
      const foreign = await other.session("old@example.com");
      world.nowMs += 60_000;
      const young = await tenant.session("young@example.com");
      expect(await users.deleteSessionsOpenedBefore(world.nowMs)).toBe(2);
      expect(await users.getSession(tenant.customerGuid, old)).toBeNull();
      expect(await users.getSession(other.customerGuid, foreign)).toBeNull();
      expect(await users.getSession(tenant.customerGuid, young)).not.toBeNull();
    });

    test("a session shows the character it selected", async () => {
      const { users } = world.store;
      const tenant = await world.tenant();
      const session = await tenant.session();
      const character = await tenant.character(session, "Rowan");
      expect(await users.setSelectedCharacter(tenant.customerGuid, session, "rowan")).toEqual({ kind: "selected" });
      expect(await users.getSession(tenant.customerGuid, session)).toMatchObject({
        selectedCharacterName: "Rowan",
        character: {
          ...{ characterId: character.characterId, charName: "Rowan", zoneName: "Field" },
          ...{ x: 10.5, y: 0, z: 0, rx: 0, ry: 0, rz: 0 },
        },
      });
    });

    test("only a character of one's own can be selected", async () => {
      const { users } = world.store;
      const tenant = await world.tenant();
      const session = await tenant.session();
      await tenant.character(await tenant.session("other@example.com"), "Sorrel");
      const select = (guid: string, character: string) =>
        users.setSelectedCharacter(tenant.customerGuid, guid, character);
      expect(await select(session, "Sorrel")).toEqual({ kind: "not-owned" });
      expect(await select(session, "Nobody")).toEqual({ kind: "not-owned" });
      expect(await select(world.guid(), "Sorrel")).toEqual({ kind: "unknown-session" });
      expect((await users.getSession(tenant.customerGuid, session))?.selectedCharacterName).toBeNull();
    });

    test("the list of users does not carry hashes", async () => {
      const tenant = await world.tenant();
      await tenant.user("a@example.com");
      world.nowMs += 1;
      await tenant.user("b@example.com");
      const users = await world.store.users.listUsers(tenant.customerGuid);
      expect(users.map((user) => user.email)).toEqual(["a@example.com", "b@example.com"]);
      expect(users.every((user) => !("passwordHash" in user))).toBe(true);
    });

    test("names and e-mail can change, but not to an e-mail that is taken", async () => {
      const { users } = world.store;
      const tenant = await world.tenant();
      const userGuid = await tenant.user("before@example.com");
      await tenant.user("taken@example.com");
      const update = (guid: string, email: string) =>
        users.updateUser(tenant.customerGuid, guid, { firstName: "New", lastName: "Name", email });
      expect(await update(userGuid, "after@example.com")).toEqual({ kind: "updated" });
      expect(await update(userGuid, "taken@example.com")).toEqual({ kind: "duplicate-email" });
      expect(await update(world.guid(), "x@example.com")).toEqual({ kind: "unknown-user" });
      const found = await users.findPlayerByEmail(tenant.customerGuid, "after@example.com");
      expect(found).toMatchObject({ userGuid, firstName: "New", lastName: "Name" });
    });
  });
}
