import type { CustomerGuid, UserGuid, UserSessionGuid } from "../ports/ids.ts";
import type { SelectCharacterResult, UserRepository, UserSessionRecord } from "../ports/users.ts";
import type { ValueCodec } from "../schema/values.ts";
import { findCharacter } from "./character-names.ts";
import { type Db, dbNow, type SqlContext } from "./context.ts";

type SessionMethods = Pick<
  UserRepository,
  "createSession" | "getSession" | "deleteSession" | "deleteSessionsOpenedBefore" | "setSelectedCharacter"
>;

export function createSessionMethods(context: SqlContext): SessionMethods {
  const { db, platform } = context;
  return {
    createSession: (customerGuid, userGuid) =>
      db.transaction().execute((trx) => createSession(context, trx, customerGuid, userGuid)),

    getSession: (customerGuid, userSessionGuid) => getSession(db, platform.values, customerGuid, userSessionGuid),

    async deleteSession(customerGuid, userSessionGuid) {
      const result = await db
        .deleteFrom("UserSessions")
        .where("CustomerGUID", "=", customerGuid)
        .where("UserSessionGUID", "=", userSessionGuid)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },

    async deleteSessionsOpenedBefore(loginBefore) {
      const result = await db
        .deleteFrom("UserSessions")
        .where("LoginDate", "<", platform.values.time(loginBefore))
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },

    setSelectedCharacter: (customerGuid, userSessionGuid, characterName) =>
      db.transaction().execute((trx) => setSelectedCharacter(trx, customerGuid, userSessionGuid, characterName)),
  };
}

/** The user of a session, or null for an unknown session. */
export async function findSessionUser(
  db: Db,
  customerGuid: CustomerGuid,
  userSessionGuid: UserSessionGuid,
): Promise<UserGuid | null> {
  const row = await db
    .selectFrom("UserSessions")
    .select("UserGUID")
    .where("CustomerGUID", "=", customerGuid)
    .where("UserSessionGUID", "=", userSessionGuid)
    .executeTakeFirst();
  return row?.UserGUID ?? null;
}

async function createSession(
  context: SqlContext,
  trx: Db,
  customerGuid: CustomerGuid,
  userGuid: UserGuid,
): Promise<UserSessionGuid | null> {
  // The write to the user's row makes logins of one user wait for each other on databases with many writers.
  const user = await trx
    .updateTable("Users")
    .set({ LastAccess: dbNow(context) })
    .where("CustomerGUID", "=", customerGuid)
    .where("UserGUID", "=", userGuid)
    .executeTakeFirst();
  if (user.numUpdatedRows === 0n) return null;
  await trx.deleteFrom("UserSessions").where("UserGUID", "=", userGuid).execute();
  const userSessionGuid = context.newGuid();
  await trx
    .insertInto("UserSessions")
    .values({
      CustomerGUID: customerGuid,
      UserSessionGUID: userSessionGuid,
      UserGUID: userGuid,
      LoginDate: dbNow(context),
    })
    .execute();
  return userSessionGuid;
}

async function setSelectedCharacter(
  trx: Db,
  customerGuid: CustomerGuid,
  userSessionGuid: UserSessionGuid,
  characterName: string,
): Promise<SelectCharacterResult> {
  const userGuid = await findSessionUser(trx, customerGuid, userSessionGuid);
  if (userGuid === null) return { kind: "unknown-session" };
  const character = await findCharacter(trx, customerGuid, characterName);
  if (character === null || character.UserGUID !== userGuid) return { kind: "not-owned" };
  await trx
    .updateTable("UserSessions")
    .set({ SelectedCharacterName: character.CharName })
    .where("CustomerGUID", "=", customerGuid)
    .where("UserSessionGUID", "=", userSessionGuid)
    .execute();
  return { kind: "selected" };
}

async function getSession(
  db: Db,
  values: ValueCodec,
  customerGuid: CustomerGuid,
  userSessionGuid: UserSessionGuid,
): Promise<UserSessionRecord | null> {
  const row = await db
    .selectFrom("UserSessions as s")
    .innerJoin("Users as u", "u.UserGUID", "s.UserGUID")
    .leftJoin("Characters as c", (join) =>
      join
        .onRef("c.CustomerGUID", "=", "s.CustomerGUID")
        .onRef("c.UserGUID", "=", "s.UserGUID")
        .onRef("c.CharName", "=", "s.SelectedCharacterName"),
    )
    .select(["s.CustomerGUID", "s.UserGUID", "s.UserSessionGUID", "s.LoginDate", "s.SelectedCharacterName"])
    .select(["u.FirstName", "u.LastName", "u.Email", "u.CreateDate", "u.LastAccess", "u.Role"])
    .select(["c.CharacterID", "c.CharName", "c.MapName", "c.X", "c.Y", "c.Z", "c.RX", "c.RY", "c.RZ"])
    .where("s.CustomerGUID", "=", customerGuid)
    .where("s.UserSessionGUID", "=", userSessionGuid)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    customerGuid: row.CustomerGUID,
    userGuid: row.UserGUID,
    userSessionGuid: row.UserSessionGUID,
    loginDate: values.readTime(row.LoginDate),
    selectedCharacterName: row.SelectedCharacterName,
    firstName: row.FirstName,
    lastName: row.LastName,
    email: row.Email,
    createDate: values.readTime(row.CreateDate),
    lastAccess: values.readTime(row.LastAccess),
    role: row.Role,
    character:
      row.CharacterID === null
        ? null
        : {
            characterId: row.CharacterID,
            charName: row.CharName ?? "",
            zoneName: row.MapName,
            x: row.X ?? 0,
            y: row.Y ?? 0,
            z: row.Z ?? 0,
            rx: row.RX ?? 0,
            ry: row.RY ?? 0,
            rz: row.RZ ?? 0,
          },
  };
}
