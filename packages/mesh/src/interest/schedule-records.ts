import type { ClientView } from "./client-view.ts";
import { isTurn } from "./tiers.ts";
import type { ViewChanges } from "./view-changes.ts";

/**
 * Says which records of the view are due in this snapshot.
 *
 * A delta of tier k is against the state k snapshots ago, whoever receives it. So an entity is introduced only on a
 * turn of its tier, and changes its tier only on a turn of both tiers: on such a turn the old tier's delta brings the
 * client to the very state that the new tier's next delta builds on, and no full record is needed.
 */
export function scheduleRecords(view: ClientView, sequence: number, changes: ViewChanges): void {
  const { slots, tiers, wantedTiers, isIntroduced, isStale, count } = view;
  for (let i = 0; i < count; i++) {
    const slot = slots[i] as number;
    const wanted = wantedTiers[i] as number;
    if (!isIntroduced[i] || isStale[i]) {
      if (!isTurn(sequence, slot, wanted)) continue;
      isIntroduced[i] = 1;
      isStale[i] = 0;
      tiers[i] = wanted;
      changes.full[changes.fullCount++] = slot;
      continue;
    }
    const tier = tiers[i] as number;
    if (!isTurn(sequence, slot, tier)) continue;
    changes.deltas[changes.deltaCount] = slot;
    changes.deltaTiers[changes.deltaCount++] = tier;
    if (wanted !== tier && isTurn(sequence, slot, wanted)) tiers[i] = wanted;
  }
}

/** Forgets entities that no longer exist: what a snapshot between two selections needs. */
export function dropDead(view: ClientView, generations: Uint32Array, changes: ViewChanges): void {
  for (let i = view.count - 1; i >= 0; i--) {
    const slot = view.slots[i] as number;
    if (view.generations[i] === generations[slot]) continue;
    if (view.isIntroduced[i]) changes.gone[changes.goneCount++] = slot;
    view.drop(i);
  }
}
