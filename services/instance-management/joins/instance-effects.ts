import type { Bus } from "@ows/bus";
import { serverShutDown, serverSpinUp } from "@ows/protocol/bus";
import type { Logger } from "@ows/service-kit";
import type { Store, ZoneInstanceView } from "@ows/store";
import type { JoinEffect, JoinEvent } from "@ows/world";
import type { ZoneServerOrders } from "../control/control-links.ts";

export interface InstanceEffectsParts {
  readonly customerGuid: string;
  readonly store: Pick<Store, "zoneInstances">;
  readonly bus: Bus;
  readonly orders: ZoneServerOrders;
  readonly logger: Logger;
  /** Where the outcome of an effect goes. */
  readonly dispatch: (event: JoinEvent) => void;
}

type Effect = Exclude<JoinEffect, { kind: "answer" }>;
type Removal = Extract<Effect, { kind: "remove-instance" }>;

const REMOVE_AGAIN_MS = 500;

/** Carries out what the join rules decide: rows in order, messages without waiting for one another. */
export class InstanceEffects {
  readonly #parts: InstanceEffectsParts;
  /** Writes follow one another, or a row could be removed before it was made. */
  #writes: Promise<void> = Promise.resolve();
  readonly #sends = new Set<Promise<void>>();
  readonly #retries = new Set<NodeJS.Timeout>();

  constructor(parts: InstanceEffectsParts) {
    this.#parts = parts;
  }

  run(effect: Effect): void {
    switch (effect.kind) {
      case "create-instance":
        this.#write(() => this.#create(effect));
        return;
      case "stop-instance":
        this.#write(() => this.#stop(effect));
        return;
      case "remove-instance":
        this.#parts.orders.forget(effect.zoneInstanceId);
        this.#write(() => this.#remove(effect));
        return;
      case "evict":
        this.#parts.orders.evict(effect.zoneInstanceId, effect.characterName);
        return;
    }
  }

  /** Resolves once everything begun so far is done. What failed is not tried again after this. */
  async settled(): Promise<void> {
    await this.#writes;
    for (const retry of this.#retries) clearTimeout(retry);
    await Promise.all(this.#sends);
  }

  #write(work: () => Promise<void>): void {
    this.#writes = this.#writes.then(work).catch((error: unknown) => {
      this.#parts.logger.error({ err: error }, "a zone instance's row could not be written");
    });
  }

  async #create({ key, zoneId, groupId, worldServerId }: Extract<Effect, { kind: "create-instance" }>): Promise<void> {
    const { customerGuid, store, dispatch } = this.#parts;
    try {
      const result = await store.zoneInstances.insertStarting({
        customerGuid,
        worldServerId,
        mapId: zoneId,
        playerGroupId: groupId,
      });
      if (result.kind !== "inserted") {
        dispatch({ kind: "start-failed", key, reason: refusalOf(result, worldServerId), avoidWorldServer: true });
        return;
      }
      dispatch({ kind: "instance-created", key, zoneInstanceId: result.instance.mapInstanceId });
      this.#send(() => this.#spinUp(key, result.instance));
    } catch (error) {
      this.#parts.logger.error({ err: error }, "a zone instance could not be created");
      dispatch({ kind: "start-failed", key, reason: "its row could not be written", avoidWorldServer: false });
    }
  }

  async #spinUp(key: number, instance: ZoneInstanceView): Promise<void> {
    const { customerGuid, bus, dispatch, logger } = this.#parts;
    const { worldServerId, mapInstanceId: zoneInstanceId, mapName, port } = instance;
    const body = serverSpinUp.encode({ customerGuid, worldServerId, zoneInstanceId, mapName, port });
    try {
      const result = await bus.publish(serverSpinUp, serverSpinUp.routingKey(worldServerId), body);
      logger.info({ zoneInstanceId, zoneName: instance.zoneName, worldServerId, port, result }, "zone server ordered");
      if (result === "routed") return;
      const reason = `the launcher of world server ${worldServerId} does not answer`;
      dispatch({ kind: "start-failed", key, reason, avoidWorldServer: true });
    } catch (error) {
      logger.error({ err: error, zoneInstanceId }, "a spin-up could not be sent");
      dispatch({ kind: "start-failed", key, reason: "the message bus does not answer", avoidWorldServer: false });
    }
  }

  async #stop({ zoneInstanceId, worldServerId, reason }: Extract<Effect, { kind: "stop-instance" }>): Promise<void> {
    const { customerGuid, store, bus, orders, logger } = this.#parts;
    logger.info({ zoneInstanceId, reason }, "zone server asked to stop");
    // First of all nobody may be sent there any more. A database that does not answer is no reason to let it run.
    await store.zoneInstances.setStatus(customerGuid, zoneInstanceId, 0).catch((error: unknown) => {
      logger.error({ err: error, zoneInstanceId }, "the status of a zone instance could not be written");
    });
    orders.stop(zoneInstanceId, reason);
    this.#send(async () => {
      const body = serverShutDown.encode({ customerGuid, zoneInstanceId });
      const result = await bus.publish(serverShutDown, serverShutDown.routingKey(worldServerId), body);
      if (result === "unroutable") logger.warn({ zoneInstanceId, worldServerId }, "no launcher took the shut-down");
    });
  }

  async #remove(removal: Removal): Promise<void> {
    const { customerGuid, store, logger } = this.#parts;
    const { zoneInstanceId, reason } = removal;
    try {
      await store.zoneInstances.remove(customerGuid, zoneInstanceId);
    } catch (error) {
      // As long as the row stands, its characters are held by a dead server.
      logger.error({ err: error, zoneInstanceId }, "a zone instance could not be removed yet");
      this.#removeLater(removal);
      return;
    }
    logger.info({ zoneInstanceId, reason }, "zone instance removed");
  }

  #removeLater(removal: Removal): void {
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      this.#write(() => this.#remove(removal));
    }, REMOVE_AGAIN_MS);
    retry.unref();
    this.#retries.add(retry);
  }

  #send(work: () => Promise<void>): void {
    const sent = work()
      .catch((error: unknown) => this.#parts.logger.error({ err: error }, "a message could not be sent"))
      .finally(() => this.#sends.delete(sent));
    this.#sends.add(sent);
  }
}

function refusalOf(
  result: { readonly kind: "no-capacity" | "unknown-world-server" | "unknown-zone" },
  worldServerId: number,
): string {
  switch (result.kind) {
    case "no-capacity":
      return `world server ${worldServerId} has no free port`;
    case "unknown-world-server":
      return `world server ${worldServerId} is not registered any more`;
    case "unknown-zone":
      return "the zone was deleted";
  }
}
