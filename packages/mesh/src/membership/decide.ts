import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import { ROLES, type UnitCopy } from "../handoff/copies.ts";
import type { ServerId } from "../handoff/messages.ts";

export type HeldCopy = UnitCopy & { readonly holder: ServerId };

export type Decision =
  /** The holder owns the unit at the new term, from the copy it has at this epoch. */
  | { readonly kind: "promote"; readonly root: EntityId; readonly holder: ServerId; readonly epoch: Epoch }
  /** Somebody alive owns it or has it in escrow for somebody alive: the holder drops its copy. */
  | { readonly kind: "supersede"; readonly root: EntityId; readonly holder: ServerId };

/**
 * What becomes of the units that stood between survivors and the dead. Per unit the highest epoch wins, on a tie the
 * better role, on a tie of those the lower server id, so that every coordinator decides alike. Units that nobody dead
 * was part of are left alone. A holder whose copy lost hears of it after the winner owns.
 */
export function decideUnits(copies: readonly HeldCopy[], dead: ReadonlySet<ServerId>): Decision[] {
  const byRoot = new Map<EntityId, HeldCopy[]>();
  for (const copy of copies) {
    const held = byRoot.get(copy.root);
    if (held === undefined) byRoot.set(copy.root, [copy]);
    else held.push(copy);
  }
  const decisions: Decision[] = [];
  for (const [root, held] of byRoot) {
    const orphans = held.filter((copy) => copy.peer !== undefined && dead.has(copy.peer));
    if (orphans.length === 0) continue;
    const best = held.reduce((a, b) => (isBetter(b, a) ? b : a));
    if (orphans.includes(best)) decisions.push({ kind: "promote", root, holder: best.holder, epoch: best.epoch });
    for (const copy of orphans) {
      if (copy.holder !== best.holder) decisions.push({ kind: "supersede", root, holder: copy.holder });
    }
  }
  return decisions;
}

function isBetter(a: HeldCopy, b: HeldCopy): boolean {
  const byEpoch = compareEpochs(a.epoch, b.epoch);
  if (byEpoch !== 0) return byEpoch > 0;
  const byRole = ROLES.indexOf(a.role) - ROLES.indexOf(b.role);
  return byRole !== 0 ? byRole < 0 : a.holder < b.holder;
}
