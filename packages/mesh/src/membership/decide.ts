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
 * still arrive, and no copy of its may be judged.
 */
export function decideUnits(copies: readonly HeldCopy[], dead: ReadonlySet<ServerId>): Decision[] {
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

function isBetter(a: HeldMember, b: HeldMember): boolean {
  const byEpoch = compareEpochs(a.member.epoch, b.member.epoch);
  if (byEpoch !== 0) return byEpoch > 0;
  const byRole = ROLES.indexOf(a.copy.role) - ROLES.indexOf(b.copy.role);
  return byRole !== 0 ? byRole < 0 : a.copy.holder < b.copy.holder;
}
