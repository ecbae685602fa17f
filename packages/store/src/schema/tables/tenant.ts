import {
  bigint,
  bool,
  guid,
  guidGenerated,
  int,
  nullable,
  serial,
  text,
  timestamp,
  timestampNow,
  varchar,
  withDefault,
} from "../column.ts";
import { table } from "../table.ts";

export const tenantTables = {
  DebugLog: table(
    {
      DebugLogID: serial,
      DebugDate: nullable(timestamp),
      DebugDesc: nullable(text),
      CustomerGUID: nullable(guid),
    },
    { primaryKey: ["DebugLogID"] },
  ),
  Customers: table(
    {
      CustomerGUID: guidGenerated,
      CustomerName: varchar(50),
      CustomerEmail: varchar(255),
      CustomerPhone: nullable(varchar(20)),
      CustomerNotes: nullable(text),
      EnableDebugLogging: withDefault(bool, false),
      EnableAutoLoopBack: withDefault(bool, true),
      DeveloperPaid: withDefault(bool, false),
      PublisherPaidDate: nullable(timestamp),
      StripeCustomerID: withDefault(varchar(50), ""),
      FreeTrialStarted: nullable(timestamp),
      SupportUnicode: withDefault(bool, false),
      CreateDate: timestampNow,
      NoPortForwarding: withDefault(bool, false),
    },
    { primaryKey: ["CustomerGUID"] },
  ),
  GlobalData: table(
    { CustomerGUID: guid, GlobalDataKey: varchar(50), GlobalDataValue: text },
    { primaryKey: ["CustomerGUID", "GlobalDataKey"] },
  ),
  WorldSettings: table(
    { CustomerGUID: guid, WorldSettingsID: serial, StartTime: bigint },
    { primaryKey: ["CustomerGUID", "WorldSettingsID"] },
  ),
  OWSVersion: table({ OWSDBVersion: nullable(varchar(10)) }, { primaryKey: [] }),
  Users: table(
    {
      UserGUID: guidGenerated,
      CustomerGUID: guid,
      FirstName: varchar(50),
      LastName: varchar(50),
      Email: varchar(255),
      PasswordHash: varchar(128),
      CreateDate: timestampNow,
      LastAccess: timestampNow,
      Role: varchar(10),
    },
    { primaryKey: ["UserGUID"], unique: [{ name: "AK_User", columns: ["CustomerGUID", "Email", "Role"] }] },
  ),
  UserSessions: table(
    {
      CustomerGUID: guid,
      UserSessionGUID: guidGenerated,
      UserGUID: guid,
      LoginDate: timestamp,
      SelectedCharacterName: nullable(varchar(50)),
    },
    {
      primaryKey: ["CustomerGUID", "UserSessionGUID"],
      foreignKeys: [{ columns: ["UserGUID"], table: "Users", targetColumns: ["UserGUID"] }],
    },
  ),
  UsersInQueue: table(
    {
      CustomerGUID: guid,
      UserGUID: guid,
      QueueName: varchar(20),
      JoinDT: timestamp,
      MatchMakingScore: withDefault(int, 0),
    },
    { primaryKey: ["CustomerGUID", "UserGUID", "QueueName"] },
  ),
};
