import { guid, int, nullable, serial, text, timestamp, timestampNow, varchar, withDefault } from "../column.ts";
import { table } from "../table.ts";

export const socialTables = {
  ChatGroups: table(
    { CustomerGUID: guid, ChatGroupID: serial, ChatGroupName: varchar(50) },
    { primaryKey: ["CustomerGUID", "ChatGroupID"] },
  ),
  ChatGroupUsers: table(
    { CustomerGUID: guid, ChatGroupID: int, CharacterID: int },
    { primaryKey: ["CustomerGUID", "ChatGroupID", "CharacterID"] },
  ),
  ChatMessages: table(
    {
      CustomerGUID: guid,
      ChatMessageID: serial,
      SentByCharID: int,
      SentToCharID: nullable(int),
      ChatGroupID: nullable(int),
      ChatMessage: text,
      MessageDate: timestampNow,
    },
    { primaryKey: ["CustomerGUID", "ChatMessageID"] },
  ),
  PlayerGroupTypes: table(
    { PlayerGroupTypeID: int, PlayerGroupTypeDesc: varchar(50) },
    { primaryKey: ["PlayerGroupTypeID"] },
  ),
  PlayerGroup: table(
    {
      PlayerGroupID: serial,
      CustomerGUID: guid,
      PlayerGroupName: varchar(50),
      PlayerGroupTypeID: int,
      ReadyState: withDefault(int, 0),
      CreateDate: nullable(timestamp),
    },
    {
      primaryKey: ["CustomerGUID", "PlayerGroupID"],
      foreignKeys: [
        { columns: ["PlayerGroupTypeID"], table: "PlayerGroupTypes", targetColumns: ["PlayerGroupTypeID"] },
      ],
    },
  ),
  PlayerGroupCharacters: table(
    {
      PlayerGroupID: int,
      CustomerGUID: guid,
      CharacterID: int,
      DateAdded: timestampNow,
      TeamNumber: withDefault(int, 0),
    },
    { primaryKey: ["PlayerGroupID", "CustomerGUID", "CharacterID"] },
  ),
};
