/**
 * Fencing counter of an entity's ownership: ordered by `term`, then `count`, both unsigned 32-bit.
 * `term` grows with each promotion of the mesh instance, `count` with each handoff of the entity.
 */
export type Epoch = { readonly term: number; readonly count: number };

export const FIRST_EPOCH: Epoch = { term: 1, count: 1 };

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  return a.term - b.term || a.count - b.count;
}

export function formatEpoch(epoch: Epoch): string {
  return `${epoch.term}.${epoch.count}`;
}
