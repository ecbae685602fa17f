import { type Epoch, isEntityId, type Parsed } from "@ows/base";
import { type CoordinatorEvent, type OwnershipOrder, ROLES, type UnitCopy } from "@ows/mesh";
import type { LinkBody } from "@ows/protocol/mesh";

/** An order about ownership, as control links carry it. */
export function orderToWire(order: OwnershipOrder): LinkBody {
  return { $case: "ownershipOrder", value: { term: order.term, order: caseOf(order) } };
}

function caseOf(order: OwnershipOrder): Extract<LinkBody, { $case: "ownershipOrder" }>["value"]["order"] {
  switch (order.kind) {
    case "fence":
      return { $case: "fence", value: order.dead };
    case "promote":
      return { $case: "promote", value: { entity: order.root, epoch: order.epoch } };
    case "supersede":
      return { $case: "supersede", value: order.root };
    case "ask":
      return { $case: "ask", value: { entity: order.entity, epoch: order.epoch } };
    case "resolved":
      return { $case: "resolved", value: { entity: order.entity, epoch: order.epoch, isTaken: order.isTaken } };
  }
}

/**
 * What a zone server says about ownership, as the coordinator's rules hear it; `undefined` for every other message.
 * `term` is the present one, for answers that carry none.
 */
export function eventFromWire(from: number, body: LinkBody, term: number): Parsed<CoordinatorEvent> | undefined {
  switch (body.$case) {
    case "copies": {
      const copies: UnitCopy[] = [];
      for (const { root, epoch, role, peer } of body.value.copies) {
        const known = ROLES.find((name) => name === role);
        if (!isEntityId(root) || known === undefined || epoch === undefined) {
          return rejected(`copy of ${root} without epoch, or in role "${role}"`);
        }
        copies.push({ root, epoch: epochOf(epoch), role: known, peer: peer === 0 ? undefined : peer });
      }
      return { ok: true, value: { kind: "copies", from, term: body.value.term, copies } };
    }
    case "promoted": {
      const { root, term } = body.value;
      return isEntityId(root)
        ? { ok: true, value: { kind: "promoted", from, root, term } }
        : rejected(`entity ${root}`);
    }
    case "commitFate": {
      const { entity, epoch, isTaken } = body.value;
      if (!isEntityId(entity) || epoch === undefined) return rejected(`fate of ${entity} without epoch`);
      return { ok: true, value: { kind: "asked", from, entity, epoch: epochOf(epoch), isTaken, term } };
    }
    case "resolveQuestion": {
      const { entity, epoch, to } = body.value;
      if (!isEntityId(entity) || epoch === undefined) return rejected(`question about ${entity} without epoch`);
      return { ok: true, value: { kind: "resolve", from, entity, epoch: epochOf(epoch), to } };
    }
    default:
      return undefined;
  }
}

function epochOf({ term, count }: Epoch): Epoch {
  return { term, count };
}

function rejected(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
