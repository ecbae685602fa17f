import { mesh } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { TransferResult } from "@ows/store";
import { characterModel } from "../character-model.ts";
import type { CharacterPersistenceContext } from "../context.ts";

/**
 * A zone server that took over living entities holds their characters' claims from now on. Only a newer epoch of the same
 * entity is taken, and from then on saves of an older one are refused. Who has an entity from its ghost asks for what was
 * saved last.
 */
export const transferClaims = route(
  mesh.transferClaims,
  async ({ request, customerGuid }, { store }: CharacterPersistenceContext) => {
    const { zoneInstanceId, transfers } = request;
    const results = await store.claims.transfer(
      transfers.map(({ withCharacter: _, ...claim }) => ({ ...claim, zoneInstanceId, customerGuid })),
    );
    const answers = results.map(async (result, i) => {
      const isWanted = result.kind === "transferred" && transfers[i]?.withCharacter === true;
      const saved = isWanted ? await savedOf(store, customerGuid, result.claim.characterName) : {};
      const errorMessage = refusalOf(result);
      return { success: errorMessage === "", errorMessage, ...saved };
    });
    return { answers: await Promise.all(answers) };
  },
);

/** Read after the transfer: nobody else saves any more. */
async function savedOf(store: CharacterPersistenceContext["store"], customerGuid: string, characterName: string) {
  const character = await store.characters.getByName(customerGuid, characterName);
  const customData = await store.characters.getCustomData(customerGuid, characterName);
  return { character: character === null ? null : characterModel(character), customData: [...customData] };
}

function refusalOf(result: TransferResult): string {
  switch (result.kind) {
    case "transferred":
      return "";
    case "refused": {
      const { zoneInstanceId, entityId, epoch } = result.holder;
      const held = `entity ${entityId} at epoch ${epoch.term}.${epoch.count}`;
      return `Zone instance ${zoneInstanceId} holds the character, as ${held}.`;
    }
    case "free":
      return "Nobody holds the character any more: its stay has ended.";
    case "unknown-character":
      return "Character not found!";
    case "unknown-instance":
      return "This zone instance does not exist any more.";
  }
}
