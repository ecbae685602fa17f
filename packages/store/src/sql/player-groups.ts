import type { PlayerGroupRepository } from "../ports/player-groups.ts";
import { readTimeOrNull } from "../schema/values.ts";
import { findCharacter } from "./character-names.ts";
import type { SqlContext } from "./context.ts";

export function createPlayerGroupRepository({ db, platform }: SqlContext): PlayerGroupRepository {
  const { values } = platform;
  return {
    async listOfCharacter(customerGuid, characterName, playerGroupTypeId) {
      const character = await findCharacter(db, customerGuid, characterName);
      if (character === null) return [];
      const groups = db
        .selectFrom("PlayerGroupCharacters as member")
        .innerJoin("PlayerGroup as group", (join) =>
          join
            .onRef("group.CustomerGUID", "=", "member.CustomerGUID")
            .onRef("group.PlayerGroupID", "=", "member.PlayerGroupID"),
        )
        .selectAll("group")
        .select(["member.DateAdded", "member.TeamNumber"])
        .where("member.CustomerGUID", "=", customerGuid)
        .where("member.CharacterID", "=", character.CharacterID)
        .orderBy("group.PlayerGroupID");
      const ofType = playerGroupTypeId === 0 ? groups : groups.where("group.PlayerGroupTypeID", "=", playerGroupTypeId);
      const rows = await ofType.execute();
      return rows.map((row) => ({
        customerGuid: row.CustomerGUID,
        playerGroupId: row.PlayerGroupID,
        playerGroupName: row.PlayerGroupName,
        playerGroupTypeId: row.PlayerGroupTypeID,
        readyState: row.ReadyState,
        createDate: readTimeOrNull(values, row.CreateDate),
        dateAdded: values.readTime(row.DateAdded),
        teamNumber: row.TeamNumber,
      }));
    },
  };
}
