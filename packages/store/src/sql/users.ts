import { isUniqueViolation } from "../errors.ts";
import type { UserRecord, UserRepository, UserWithPasswordHash } from "../ports/users.ts";
import type { Row } from "../schema/schema.ts";
import type { ValueCodec } from "../schema/values.ts";
import { dbNow, type SqlContext } from "./context.ts";
import { createSessionMethods } from "./user-sessions.ts";

const USER_COLUMNS = [
  "UserGUID",
  "CustomerGUID",
  "FirstName",
  "LastName",
  "Email",
  "CreateDate",
  "LastAccess",
  "Role",
] as const;

export function createUserRepository(context: SqlContext): UserRepository {
  const { db, platform } = context;
  const { values } = platform;
  return {
    ...createSessionMethods(context),

    async register(user) {
      const userGuid = context.newGuid();
      const row = {
        UserGUID: userGuid,
        CustomerGUID: user.customerGuid,
        FirstName: user.firstName,
        LastName: user.lastName,
        Email: user.email,
        PasswordHash: user.passwordHash,
        Role: user.role,
        CreateDate: dbNow(context),
        LastAccess: dbNow(context),
      };
      try {
        await db.insertInto("Users").values(row).execute();
      } catch (error) {
        if (isUniqueViolation(error)) return { kind: "duplicate-email" };
        throw error;
      }
      return { kind: "registered", userGuid };
    },

    async findPlayerByEmail(customerGuid, email) {
      const row = await db
        .selectFrom("Users")
        .selectAll()
        .where("CustomerGUID", "=", customerGuid)
        .where("Email", "=", email)
        .where("Role", "=", "Player")
        .executeTakeFirst();
      return row === undefined ? null : userWithPasswordHash(values, row);
    },

    async updatePasswordHash(customerGuid, userGuid, passwordHash) {
      const result = await db
        .updateTable("Users")
        .set({ PasswordHash: passwordHash })
        .where("CustomerGUID", "=", customerGuid)
        .where("UserGUID", "=", userGuid)
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },

    async listUsers(customerGuid) {
      const rows = await db
        .selectFrom("Users")
        .select(USER_COLUMNS)
        .where("CustomerGUID", "=", customerGuid)
        .orderBy("CreateDate")
        .orderBy("UserGUID")
        .execute();
      return rows.map((row) => userRecord(values, row));
    },

    async updateUser(customerGuid, userGuid, names) {
      try {
        const result = await db
          .updateTable("Users")
          .set({ FirstName: names.firstName, LastName: names.lastName, Email: names.email })
          .where("CustomerGUID", "=", customerGuid)
          .where("UserGUID", "=", userGuid)
          .executeTakeFirst();
        return { kind: result.numUpdatedRows > 0n ? "updated" : "unknown-user" };
      } catch (error) {
        if (isUniqueViolation(error)) return { kind: "duplicate-email" };
        throw error;
      }
    },
  };
}

function userRecord(values: ValueCodec, row: Omit<Row<"Users">, "PasswordHash">): UserRecord {
  return {
    userGuid: row.UserGUID,
    customerGuid: row.CustomerGUID,
    firstName: row.FirstName,
    lastName: row.LastName,
    email: row.Email,
    createDate: values.readTime(row.CreateDate),
    lastAccess: values.readTime(row.LastAccess),
    role: row.Role,
  };
}

function userWithPasswordHash(values: ValueCodec, row: Row<"Users">): UserWithPasswordHash {
  return { ...userRecord(values, row), passwordHash: row.PasswordHash };
}
