import { afterAll, beforeAll, describe } from "vitest";
import type { CharacterWithClass } from "../ports/characters.ts";
import type { CustomerGuid, UserGuid, UserSessionGuid } from "../ports/ids.ts";
import type { Store } from "../ports/store.ts";
import type { ZoneInstanceView } from "../ports/zone-instances.ts";

/** Opens an empty store whose time stamps come from `now`, in milliseconds since 1970. */
export type OpenStore = (options: { readonly now: () => number }) => Promise<Store>;

/** Runs tests on one store, which is opened before the first and closed after the last. Each test takes a tenant of its own. */
export function storeSuite(name: string, openStore: OpenStore, define: (world: StoreWorld) => void): void {
  describe(name, () => {
    const world = new StoreWorld();
    beforeAll(() => world.open(openStore));
    afterAll(() => world.close());
    define(world);
  });
}

/** The store under test and its clock. */
export class StoreWorld {
  nowMs = Date.UTC(2026, 0, 31, 9, 5, 7, 250);
  #store: Store | null = null;
  #nextGuid = 1;

  async open(openStore: OpenStore): Promise<void> {
    this.#store = await openStore({ now: () => this.nowMs });
  }

  async close(): Promise<void> {
    await this.#store?.[Symbol.asyncDispose]();
  }

  get store(): Store {
    if (this.#store === null) throw new Error("the store is not open yet");
    return this.#store;
  }

  /** A GUID that no other test has. */
  guid(): string {
    return `a0000000-0000-4000-8000-${String(this.#nextGuid++).padStart(12, "0")}`;
  }

  /** A customer with the zones Field and Cave, and the class Walker that starts in Field. */
  async tenant(): Promise<Tenant> {
    const customerGuid = this.guid();
    await this.store.customers.ensure({ customerGuid, customerName: "Tenant", customerEmail: "tenant@example.com" });
    for (const zoneName of ["Field", "Cave"]) {
      await this.store.zones.addOrUpdate(customerGuid, { zoneName, mapName: `${zoneName}Map` });
    }
    await this.store.templates.addClass(customerGuid, {
      className: "Walker",
      startingZoneName: "Field",
      x: 10.5,
      stats: { health: 80, maxHealth: 100, gold: 7, xp: 3 },
    });
    return new Tenant(this, customerGuid);
  }
}

/** A customer with short ways to what most tests need. */
export class Tenant {
  readonly customerGuid: CustomerGuid;
  readonly #world: StoreWorld;

  constructor(world: StoreWorld, customerGuid: CustomerGuid) {
    this.#world = world;
    this.customerGuid = customerGuid;
  }

  get #store(): Store {
    return this.#world.store;
  }

  async user(email = "player@example.com"): Promise<UserGuid> {
    const { customerGuid } = this;
    const names = { firstName: "Pat", lastName: "Lee", email };
    const result = await this.#store.users.register({ customerGuid, ...names, passwordHash: "hash", role: "Player" });
    if (result.kind !== "registered") throw new Error(`expected a new user ${email}, got ${result.kind}`);
    return result.userGuid;
  }

  async session(email?: string): Promise<UserSessionGuid> {
    const session = await this.#store.users.createSession(this.customerGuid, await this.user(email));
    if (session === null) throw new Error("expected a session for a new user");
    return session;
  }

  async character(userSessionGuid: UserSessionGuid, characterName: string): Promise<CharacterWithClass> {
    const { customerGuid } = this;
    const request = { customerGuid, userSessionGuid, characterName, className: "Walker" };
    const result = await this.#store.characters.createFromClass(request);
    if (result.kind !== "created") throw new Error(`expected a new character ${characterName}, got ${result.kind}`);
    return result.character;
  }

  /** An active world server. */
  async worldServer(
    settings: { maxNumberOfInstances?: number; startingMapInstancePort?: number } = {},
  ): Promise<number> {
    const launcherGuid = this.#world.guid();
    const server = await this.#store.worldServers.register({
      customerGuid: this.customerGuid,
      launcherGuid,
      serverIp: "203.0.113.7",
      internalServerIp: "10.0.0.7",
      maxNumberOfInstances: 10,
      startingMapInstancePort: 7778,
      ...settings,
    });
    await this.#store.worldServers.start(this.customerGuid, launcherGuid);
    return server.worldServerId;
  }

  /** A starting instance, on a world server of its own unless one is given. */
  async instance(zoneName = "Field", worldServerId?: number): Promise<ZoneInstanceView> {
    const { customerGuid } = this;
    const zone = await this.#store.zones.getByName(customerGuid, zoneName);
    if (zone === null) throw new Error(`expected a zone ${zoneName}`);
    const result = await this.#store.zoneInstances.insertStarting({
      customerGuid,
      worldServerId: worldServerId ?? (await this.worldServer()),
      mapId: zone.mapId,
      playerGroupId: 0,
    });
    if (result.kind !== "inserted") throw new Error(`expected an instance of ${zoneName}, got ${result.kind}`);
    return result.instance;
  }
}

/** How often each kind of result came, for races. */
export function countKinds(results: readonly { readonly kind: string }[]): { readonly [kind: string]: number } {
  const counts: Record<string, number> = {};
  for (const { kind } of results) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Starts `count` operations at once and waits for all. */
export function race<T>(count: number, start: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => start(index)));
}
