import type { Clock } from "@ows/base";
import type { Bus } from "@ows/bus";
import type { Logger } from "@ows/service-kit";
import type { Store, ZoneRecord } from "@ows/store";
import { defaultJoinRules, type JoinRules } from "@ows/world";
import type { ControlLinks } from "../control/control-links.ts";
import type { MeshInstances } from "../mesh/mesh-instances.ts";
import type { InstanceManagementSettings } from "../settings.ts";
import { CustomerJoins } from "./customer-joins.ts";
import type { GameEndpoints } from "./game-endpoints.ts";
import { InstanceEffects } from "./instance-effects.ts";
import { loadCustomer, zoneFrom } from "./load-customer.ts";

export interface CustomersParts {
  readonly settings: InstanceManagementSettings;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly controlLinks: ControlLinks;
  readonly gameEndpoints: GameEndpoints;
  readonly meshes: MeshInstances;
}

interface Customer {
  readonly joins: CustomerJoins;
  readonly effects: InstanceEffects;
}

/** The join rules of every customer, each loaded from the store when first needed. */
export class Customers implements AsyncDisposable {
  readonly #parts: CustomersParts;
  readonly #loading = new Map<string, Promise<Customer>>();
  readonly #loaded = new Map<string, Customer>();

  constructor(parts: CustomersParts) {
    this.#parts = parts;
  }

  /** Rejects when the store does not answer; the next call tries again. */
  async of(customerGuid: string): Promise<CustomerJoins> {
    let loading = this.#loading.get(customerGuid);
    if (loading === undefined) {
      loading = this.#load(customerGuid);
      this.#loading.set(customerGuid, loading);
      loading.catch(() => this.#loading.delete(customerGuid));
    }
    return (await loading).joins;
  }

  /** The rules of a customer that is loaded already. */
  peek(customerGuid: string): CustomerJoins | undefined {
    return this.#loaded.get(customerGuid)?.joins;
  }

  loaded(): CustomerJoins[] {
    return [...this.#loaded.values()].map(({ joins }) => joins);
  }

  /** Tells the rules what the store says about a zone now: an administrator may have changed it. */
  async learnZone(customerGuid: string, record: ZoneRecord): Promise<CustomerJoins> {
    const joins = await this.of(customerGuid);
    joins.dispatch({ kind: "zone-known", zone: zoneFrom(record, this.#parts.settings) });
    return joins;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const customers = await Promise.allSettled(this.#loading.values());
    for (const customer of customers) {
      if (customer.status === "rejected") continue;
      customer.value.joins[Symbol.dispose]();
      await customer.value.effects.settled();
    }
  }

  async #load(customerGuid: string): Promise<Customer> {
    const { store, clock, settings, logger, bus, controlLinks, gameEndpoints, meshes } = this.#parts;
    // What an earlier process divided is started anew.
    await store.mesh.forgetMeshes(customerGuid);
    const { events, removed } = await loadCustomer(customerGuid, { store, clock, rules: settings });
    if (removed.length > 0) logger.info({ zoneInstanceIds: removed }, "rows of world servers that are gone removed");
    const effects = new InstanceEffects({
      customerGuid,
      store,
      bus,
      orders: controlLinks.ofCustomer(customerGuid),
      logger,
      dispatch: (event) => joins.dispatch(event),
    });
    const joins = new CustomerJoins(rulesFrom(settings), clock, (effect) => {
      if (effect.kind === "remove-instance") {
        gameEndpoints.forget(customerGuid, effect.zoneInstanceId);
        meshes.gone(customerGuid, effect.zoneInstanceId);
      }
      effects.run(effect);
    });
    for (const event of events) joins.dispatch(event);
    const customer = { joins, effects };
    this.#loaded.set(customerGuid, customer);
    return customer;
  }
}

function rulesFrom(settings: InstanceManagementSettings): JoinRules {
  const { joinTimeoutMs, startTimeoutMs, reservationMs, staleAfterMs } = settings;
  return { ...defaultJoinRules, answerWithinMs: joinTimeoutMs, startTimeoutMs, reservationMs, staleAfterMs };
}
