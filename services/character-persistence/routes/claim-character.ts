import { EMPTY_GUID, mesh, type ResponseOf } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { CharacterOnInstance, ClaimResult, Store } from "@ows/store";
import { characterModel } from "../character-model.ts";
import type { CharacterPersistenceContext } from "../context.ts";

type Answer = ResponseOf<typeof mesh.claimCharacter>;

/**
 * Takes a character for a zone server. With a session, the character has to be one of the session's user. The row is
 * read after the claim, so nobody else's save can come in between.
 */
export const claimCharacter = route(
  mesh.claimCharacter,
  async (call, { store }: CharacterPersistenceContext): Promise<Answer> => {
    const { customerGuid, request } = call;
    const { characterName, userSessionGUID } = request;
    const known = await store.characters.getByName(customerGuid, characterName);
    if (known === null) return refusal("Character not found!");
    if (userSessionGUID !== null && userSessionGUID !== EMPTY_GUID) {
      if (!(await owns(store, known, userSessionGUID))) return refusal("Invalid User Session");
    }
    const result = await store.claims.claim({ ...request, customerGuid, characterName: known.charName });
    if (result.kind !== "claimed") return explain(result);
    const character = await store.characters.getByName(customerGuid, known.charName);
    if (character === null) return refusal("Character not found!");
    const customData = await store.characters.getCustomData(customerGuid, known.charName);
    return {
      success: true,
      errorMessage: "",
      holder: null,
      character: characterModel(character),
      customData: [...customData],
    };
  },
);

async function owns(store: Pick<Store, "users">, character: CharacterOnInstance, session: string): Promise<boolean> {
  const opened = await store.users.getSession(character.customerGuid, session);
  return opened !== null && opened.userGuid === character.userGuid;
}

function explain(result: Exclude<ClaimResult, { kind: "claimed" }>): Answer {
  switch (result.kind) {
    case "held":
      return {
        ...refusal(`Zone instance ${result.holder.zoneInstanceId} holds the character.`),
        holder: { zoneInstanceId: result.holder.zoneInstanceId },
      };
    case "unknown-character":
      return refusal("Character not found!");
    case "unknown-instance":
      return refusal("This zone instance does not exist any more.");
  }
}

function refusal(errorMessage: string): Answer {
  return { success: false, errorMessage, holder: null, character: null, customData: [] };
}
