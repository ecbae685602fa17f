import type { CustomerGuid } from "./ports/ids.ts";
import type { Store } from "./ports/store.ts";
import type { ZoneSettings } from "./ports/zones.ts";

/** Minutes in a year: the demo's zone stays up. */
const MINUTES_PER_YEAR = 525_600;

const DEVELOPMENT_ZONES: readonly ZoneSettings[] = [
  {
    zoneName: "Meadow",
    mapName: "Meadow",
    softPlayerCap: 600,
    hardPlayerCap: 800,
    minutesToShutdownAfterEmpty: MINUTES_PER_YEAR,
  },
  { zoneName: "Cellar", mapName: "Cellar", softPlayerCap: 60, hardPlayerCap: 80, minutesToShutdownAfterEmpty: 1 },
];

export interface SeedStep {
  /** For people: `zone Meadow`. */
  readonly what: string;
  readonly done: "added" | "kept";
}

/**
 * Adds what a development server needs and does not have: a customer with this GUID, the zones Meadow and Cellar, the class
 * `Wanderer` and the start set `Default`, both in Meadow. What is there stays as it is.
 */
export async function seedDevelopment(
  store: Store,
  { customerGuid }: { readonly customerGuid: CustomerGuid },
): Promise<readonly SeedStep[]> {
  const steps: SeedStep[] = [];
  const note = (what: string, isNew: boolean) => steps.push({ what, done: isNew ? "added" : "kept" });

  const customer = { customerGuid, customerName: "Development", customerEmail: "development@localhost" };
  note("customer Development", (await store.customers.ensure(customer)).kind === "added");
  for (const zone of DEVELOPMENT_ZONES) {
    const isNew = (await store.zones.getByName(customerGuid, zone.zoneName)) === null;
    if (isNew) await store.zones.addOrUpdate(customerGuid, zone);
    note(`zone ${zone.zoneName}`, isNew);
  }
  const wanderer = await store.templates.addClass(customerGuid, {
    className: "Wanderer",
    startingZoneName: "Meadow",
    stats: { characterLevel: 1, health: 100, maxHealth: 100 },
  });
  note("class Wanderer", wanderer.kind === "added");
  const defaultSet = { defaultSetName: "Default", startingZoneName: "Meadow" };
  note("start set Default", (await store.templates.addDefaultSet(customerGuid, defaultSet)).kind === "added");
  return steps;
}
