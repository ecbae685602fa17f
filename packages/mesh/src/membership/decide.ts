import { compareEpochs, type EntityId } from "@ows/base";
import { ROLES, type Role, type UnitCopy } from "../handoff/copies.ts";
import type { Member, ServerId } from "../handoff/messages.ts";

export type HeldCopy = UnitCopy & { readonly holder: ServerId };

/** Names members of one copy at one server, at the epochs that the decision was made on. */
export type CopyPart = {
  readonly holder: ServerId;
  readonly root: EntityId;
  readonly role: Role;
  readonly members: readonly Member[];
};

export type Decision =
  /** The holder owns these members at the new term, from the copy it has. */
  | ({ readonly kind: "promote" } & CopyPart)
  /** Somebody alive owns these members, will, or has them in escrow for somebody alive: the holder drops its copy. */
  | ({ readonly kind: "supersede" } & CopyPart);

/**
 * What becomes of the entities that stood between survivors and the dead. Per entity the highest epoch wins, on a tie
 * the better role, on a tie of those the lower server id, so that every coordinator decides alike. Entities that nobody
 * dead was part of are left alone. `dead` are those that every survivor has fenced: of another one messages may
 * still arrive, and no copy of its may be judged. `roles` are in order, best first.
 */
export function decideUnits(
  copies: readonly HeldCopy[],
  dead: ReadonlySet<ServerId>,
  roles: readonly Role[] = ROLES,
): Decision[] {
  const isBetter = (a: HeldMember, b: HeldMember) => compareCopies(a, b, roles) < 0;
  const parts = new Map<string, { kind: Decision["kind"]; copy: HeldCopy; members: Member[] }>();
  const put = (kind: Decision["kind"], copy: HeldCopy, member: Member) => {
    const key = `${kind}/${copy.holder}/${copy.role}/${copy.root}`;
    const part = parts.get(key);
    if (part === undefined) parts.set(key, { kind, copy, members: [member] });
    else part.members.push(member);
  };
  for (const held of byEntity(copies).values()) {
    const best = held.reduce((a, b) => (isBetter(b, a) ? b : a));
    for (const each of held) {
      const { peer } = each.copy;
      if (peer === undefined || !dead.has(peer)) continue;
      put(each === best ? "promote" : "supersede", each.copy, each.member);
    }
  }
  return [...parts.values()].map(({ kind, copy: { holder, root, role }, members }) => ({
    kind,
    holder,
    root,
    role,
    members,
  }));
}

type HeldMember = { readonly copy: HeldCopy; readonly member: Member };

function byEntity(copies: readonly HeldCopy[]): Map<EntityId, HeldMember[]> {
  const all = new Map<EntityId, HeldMember[]>();
  for (const copy of copies) {
    for (const member of copy.members) {
      const held = all.get(member.entity);
      if (held === undefined) all.set(member.entity, [{ copy, member }]);
      else held.push({ copy, member });
    }
  }
  return all;
}

/** Below 0 when `a` is the better one. */
function compareCopies(a: HeldMember, b: HeldMember, roles: readonly Role[]): number {
  const byEpoch = compareEpochs(b.member.epoch, a.member.epoch);
  const byRole = roles.indexOf(a.copy.role) - roles.indexOf(b.copy.role);
  return byEpoch || byRole || a.copy.holder - b.copy.holder;
}
