import { characterPersistence } from "@ows/protocol/http";
import { route, ServiceError } from "@ows/service-kit";
import type { CharacterPersistenceContext } from "../context.ts";
import { parsePlayerPositions } from "../player-positions.ts";

/**
 * Saves the places of many players in one step. Stock game servers know nothing of claims, so the place of a claimed
 * character is taken too; whoever holds the claim overwrites it with its own next save.
 */
export const updateAllPlayerPositions = route(
  characterPersistence.updateAllPlayerPositions,
  async (call, { store }: CharacterPersistenceContext) => {
    const parsed = parsePlayerPositions(call.request.serializedPlayerLocationData);
    if (parsed.kind === "mistake") throw new ServiceError("invalid-argument", parsed.message);
    const { unknown } = await store.characters.savePositions(call.customerGuid, parsed.positions, call.request.mapName);
    if (unknown.length > 0)
      call.log.warn({ unknown: unknown.slice(0, 20) }, "positions of unknown characters left out");
    return { success: true, errorMessage: null };
  },
);
