import type { EntityId } from "@ows/base";
import type { DeskEffect, HandoffDesk, ServerId } from "@ows/mesh";
import { copiesToWire, type LinkBody, type OwnershipOrder, orderFromWire, settledToWire } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";
import type { EntityBytes } from "./pack-entity.ts";

export type OrderParts = {
  readonly desk: HandoffDesk<EntityBytes>;
  readonly nowMs: number;
  readonly logger: Logger;
  readonly run: (effects: readonly DeskEffect<EntityBytes>[]) => void;
  readonly tellCoordinator: (body: LinkBody) => void;
  /** The commit of this unit was taken after all. */
  readonly taken: (root: EntityId) => void;
  readonly fenced: (dead: ServerId) => void;
};

/** Does what the coordinator says of ownership, and answers it: also an order that changes nothing, it may be repeated. */
export function obeyOrder(message: OwnershipOrder, parts: OrderParts): void {
  const { desk, nowMs, logger, run, tellCoordinator } = parts;
  const parsed = orderFromWire(message);
  if (!parsed.ok) {
    logger.warn({ reason: parsed.reason }, "an order of the coordinator was dropped");
    return;
  }
  const order = parsed.value;
  switch (order.kind) {
    case "fence": {
      const { copies, effects } = desk.fence(order.dead, order.term, nowMs);
      logger.warn({ dead: order.dead, term: order.term, copies: copies.length }, "servers are proven dead");
      run(effects);
      for (const part of copiesToWire(order.term, copies)) tellCoordinator(part);
      for (const dead of order.dead) parts.fenced(dead);
      return;
    }
    case "promote":
    case "supersede":
      run(order.kind === "promote" ? desk.promote(order, nowMs) : desk.supersede(order, nowMs));
      tellCoordinator(settledToWire(order.kind, order));
      return;
    case "ask": {
      const { isTaken, effects } = desk.answerResolve(order.entity, order.epoch, nowMs);
      run(effects);
      const { entity, epoch } = order;
      tellCoordinator({ $case: "commitFate", value: { entity, epoch, isTaken } });
      return;
    }
    case "resolved":
      run(desk.resolved(order.entity, order.epoch, order.isTaken, nowMs));
      if (order.isTaken) parts.taken(order.entity);
      return;
  }
}
