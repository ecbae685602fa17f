import { instanceManagement } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { InstanceManagementContext } from "../context.ts";

const MAX_NAME_LENGTH = 50;
/** Map names become part of a command line; every Unreal map path fits this. */
const MAP_NAME = /^[\w./-]+$/;

/** Adds a zone, or updates the one of that name. */
export const addZone = route(
  instanceManagement.addZone,
  async ({ request, customerGuid }, { store, customers }: InstanceManagementContext) => {
    const { zoneName, mapName, softPlayerCap, hardPlayerCap, mapMode, ...filters } = request.addOrUpdateZone;
    const mistake = mistakeIn(zoneName ?? "", mapName ?? "", softPlayerCap, hardPlayerCap);
    if (mistake !== undefined) return { success: false, errorMessage: `AddZone: ${mistake}` };
    const { zone } = await store.zones.addOrUpdate(customerGuid, {
      zoneName: zoneName ?? "",
      mapName: mapName ?? "",
      worldCompContainsFilter: filters.worldCompContainsFilter ?? "",
      worldCompListFilter: filters.worldCompListFilter ?? "",
      softPlayerCap,
      hardPlayerCap,
      mapMode,
    });
    await customers.learnZone(customerGuid, zone);
    return { success: true, errorMessage: "" };
  },
);

function mistakeIn(zoneName: string, mapName: string, softCap: number, hardCap: number): string | undefined {
  if (zoneName === "" || zoneName.length > MAX_NAME_LENGTH) return "ZoneName should have 1 to 50 characters.";
  if (mapName.length > MAX_NAME_LENGTH || !MAP_NAME.test(mapName)) {
    return "MapName should have 1 to 50 letters, digits and . / _ -";
  }
  if (softCap < 1 || hardCap < softCap) {
    return `SoftPlayerCap should be at least 1 and at most HardPlayerCap, got ${softCap} and ${hardCap}.`;
  }
  return undefined;
}
