import type { EntityId } from "@ows/base";
import type { DeskEffect, HandoffDesk, ServerId } from "@ows/mesh";
import type { LinkBody, OwnershipOrder } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";

export type OrderTools = {
  readonly desk: HandoffDesk<Uint8Array>;
  readonly nowMs: number;
  readonly logger: Logger;
  readonly run: (effects: readonly DeskEffect<Uint8Array>[]) => void;
  readonly tellCoordinator: (body: LinkBody) => boolean;
  /** A commit in doubt turned out to be taken. */
  readonly taken: (root: EntityId) => void;
  readonly fenced: (dead: ServerId) => void;
};

/** Carries out the coordinator's word on ownership, and answers it where it wants an answer. */
export function obeyOrder({ term, order }: OwnershipOrder, tools: OrderTools): void {
  const { desk, nowMs, run, tellCoordinator } = tools;
  switch (order?.$case) {
    case "fence":
      fence(order.value, term, tools);
      return;
    case "promote": {
      const { entity, epoch } = order.value;
      if (epoch === undefined) return;
      const root = entity as EntityId;
      run(desk.promote(root, epoch, term, nowMs));
      // Also an order that is repeated is confirmed; one for a copy that is not here any more is not.
      if (desk.epochOf(root)?.term === term) tellCoordinator({ $case: "promoted", value: { term, root } });
      else tools.logger.error({ root, epoch, term }, "the copy to be promoted is not here");
      return;
    }
    case "supersede":
      run(desk.supersede(order.value as EntityId, nowMs));
      return;
    case "ask": {
      const { entity, epoch } = order.value;
      if (epoch === undefined) return;
      const { isTaken, effects } = desk.answerResolve(entity as EntityId, epoch, nowMs);
      run(effects);
      tellCoordinator({ $case: "commitFate", value: { entity, epoch, isTaken } });
      return;
    }
    case "resolved": {
      const { entity, epoch, isTaken } = order.value;
      if (epoch === undefined) return;
      run(desk.resolved(entity as EntityId, epoch, isTaken, nowMs));
      if (isTaken) tools.taken(entity as EntityId);
      return;
    }
    case undefined:
      return;
  }
}

function fence(dead: ServerId, term: number, { desk, nowMs, run, tellCoordinator, logger, fenced }: OrderTools): void {
  const { copies, effects } = desk.fence(dead, nowMs);
  logger.warn({ dead, term, copies: copies.length }, "a server is proven dead");
  run(effects);
  const told = copies.map(({ root, epoch, role, peer }) => ({ root, epoch, role, peer: peer ?? 0 }));
  tellCoordinator({ $case: "copies", value: { term, copies: told } });
  fenced(dead);
}
