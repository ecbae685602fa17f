import { mesh } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { TransferResult } from "@ows/store";
import type { CharacterPersistenceContext } from "../context.ts";

/**
 * A zone server that took over a living entity holds its character's claim from now on. Only a newer epoch of the same
 * entity is taken, and from then on saves of an older one are refused.
 */
export const transferClaim = route(
  mesh.transferClaim,
  async ({ request, customerGuid }, { store }: CharacterPersistenceContext) => {
    const result = await store.claims.transfer({ ...request, customerGuid });
    const errorMessage = refusalOf(result);
    return { success: errorMessage === "", errorMessage };
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
