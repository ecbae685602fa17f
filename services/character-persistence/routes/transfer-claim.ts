import { mesh } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { TransferResult } from "@ows/store";
import { characterModel } from "../character-model.ts";
import type { CharacterPersistenceContext } from "../context.ts";

/**
 * A zone server that took over a living entity holds its character's claim from now on. Only a newer epoch of the same
 * entity is taken, and from then on saves of an older one are refused. Who has the entity from a ghost asks for what was
 * saved last.
 */
export const transferClaim = route(
  mesh.transferClaim,
  async ({ request, customerGuid }, { store }: CharacterPersistenceContext) => {
    const { withCharacter, ...claim } = request;
    const result = await store.claims.transfer({ ...claim, customerGuid });
    const errorMessage = refusalOf(result);
    if (result.kind !== "transferred" || withCharacter !== true) return { success: errorMessage === "", errorMessage };
    // Read after the transfer: nobody else saves any more.
    const { characterName } = result.claim;
    const character = await store.characters.getByName(customerGuid, characterName);
    const customData = await store.characters.getCustomData(customerGuid, characterName);
    return {
      success: true,
      errorMessage,
      character: character === null ? null : characterModel(character),
      customData: [...customData],
    };
  },
);

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
