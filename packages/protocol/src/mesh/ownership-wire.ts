import { type EntityId, type Epoch, isEntityId, type Parsed } from "@ows/base";
import {
  type CoordinatorEvent,
  type CopyOrder,
  type Member,
  type OwnershipOrder,
  ROLES,
  type Role,
  type UnitCopy,
} from "@ows/mesh";
import type { CopyMember, OwnershipOrder as OrderOnWire } from "./gen/ows/mesh/v1/link.ts";
import type { LinkBody } from "./link-message.ts";

/** An order about ownership, as control links carry it. */
export function orderToWire(order: OwnershipOrder): LinkBody {
  return { $case: "ownershipOrder", value: { term: order.term, order: caseOf(order) } };
}

/** The order in a message of the coordinator, or why there is none. */
export function orderFromWire({ term, order }: OrderOnWire): Parsed<OwnershipOrder> {
  switch (order?.$case) {
    case undefined:
      return rejected("an order without content");
    case "fence":
      return { ok: true, value: { kind: "fence", dead: order.value.dead, term } };
    case "promote":
    case "supersede": {
      const { root, role, members } = order.value;
      const copy = copyFrom(root, role, members);
      return copy.ok ? { ok: true, value: { kind: order.$case, ...copy.value, term } } : copy;
    }
    case "ask": {
      const { entity, epoch } = order.value;
      if (!isEntityId(entity) || epoch === undefined) return rejected(`a question about ${entity} without epoch`);
      return { ok: true, value: { kind: "ask", entity, epoch: epochOf(epoch), term } };
    }
    case "resolved": {
      const { entity, epoch, isTaken } = order.value;
      if (!isEntityId(entity) || epoch === undefined) return rejected(`a decision on ${entity} without epoch`);
      return { ok: true, value: { kind: "resolved", entity, epoch: epochOf(epoch), isTaken, term } };
    }
  }
}

/** In one message: far below the largest frame, however large their groups. */
const COPIES_PER_MESSAGE = 4_096;

/** A zone server's answer to a fence, in parts. */
export function copiesToWire(term: number, copies: readonly UnitCopy[]): LinkBody[] {
  const told = copies.map(({ root, role, members, peer }) => ({ root, role, members: [...members], peer: peer ?? 0 }));
  const parts: LinkBody[] = [];
  for (let from = 0; from === 0 || from < told.length; from += COPIES_PER_MESSAGE) {
    const end = from + COPIES_PER_MESSAGE;
    const value = { term, copies: told.slice(from, end), hasMore: end < told.length };
    parts.push({ $case: "copies", value });
  }
  return parts;
}

/** A zone server's answer to an order to promote or supersede. */
export function settledToWire(order: "promote" | "supersede", { root, role, term }: CopyOrder): LinkBody {
  return { $case: "settled", value: { order, root, role, term } };
}

/** What a zone server says about ownership, as the coordinator's rules hear it; `undefined` for every other message. */
export function ownershipEventFromWire(from: number, body: LinkBody): Parsed<CoordinatorEvent> | undefined {
  switch (body.$case) {
    case "copies": {
      const copies: UnitCopy[] = [];
      for (const { root, role, members, peer } of body.value.copies) {
        const copy = copyFrom(root, role, members);
        if (!copy.ok) return copy;
        copies.push({ ...copy.value, peer: peer === 0 ? undefined : peer });
      }
      return { ok: true, value: { kind: "copies", from, term: body.value.term, copies } };
    }
    case "settled": {
      const { order, root, role, term } = body.value;
      const known = roleOf(role);
      if (!isEntityId(root) || known === undefined || (order !== "promote" && order !== "supersede")) {
        return rejected(`"${order}" settled for ${root} in role "${role}"`);
      }
      return { ok: true, value: { kind: "settled", from, order, root, role: known, term } };
    }
    case "commitFate": {
      const { entity, epoch, isTaken } = body.value;
      if (!isEntityId(entity) || epoch === undefined) return rejected(`fate of ${entity} without epoch`);
      return { ok: true, value: { kind: "asked", from, entity, epoch: epochOf(epoch), isTaken } };
    }
    case "resolveQuestion": {
      const { entity, epoch, to } = body.value;
      if (!isEntityId(entity) || epoch === undefined) return rejected(`a question about ${entity} without epoch`);
      return { ok: true, value: { kind: "resolve", from, entity, epoch: epochOf(epoch), to } };
    }
    default:
      return undefined;
  }
}

function caseOf(order: OwnershipOrder): NonNullable<OrderOnWire["order"]> {
  switch (order.kind) {
    case "fence":
      return { $case: "fence", value: { dead: [...order.dead] } };
    case "promote":
    case "supersede": {
      const { root, role, members } = order;
      return { $case: order.kind, value: { root, role, members: [...members] } };
    }
    case "ask":
      return { $case: "ask", value: { entity: order.entity, epoch: order.epoch } };
    case "resolved":
      return { $case: "resolved", value: { entity: order.entity, epoch: order.epoch, isTaken: order.isTaken } };
  }
}

type Copy = { readonly root: EntityId; readonly role: Role; readonly members: readonly Member[] };

function copyFrom(root: number, role: string, told: readonly CopyMember[]): Parsed<Copy> {
  const known = roleOf(role);
  if (!isEntityId(root) || known === undefined) return rejected(`copy of ${root} in role "${role}"`);
  const members: Member[] = [];
  for (const { entity, epoch } of told) {
    if (!isEntityId(entity) || epoch === undefined) return rejected(`a member ${entity} of ${root} without epoch`);
    members.push({ entity, epoch: epochOf(epoch) });
  }
  return { ok: true, value: { root, role: known, members } };
}

function roleOf(name: string): Role | undefined {
  return ROLES.find((role) => role === name);
}

function epochOf({ term, count }: Epoch): Epoch {
  return { term, count };
}

function rejected(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
