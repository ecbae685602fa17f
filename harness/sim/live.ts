import type { EntityId } from "@ows/base";
import type { LifeEvent } from "./plan.ts";
import type { Run } from "./run-seed.ts";

/** Carries out what the game does of itself, where the entities concerned live just now. */
export function live(run: Run, { kind, a, b }: LifeEvent): void {
  const { units } = run.world;
  const entities = units.entities;
  const one = entities[a % Math.max(1, entities.length)];
  if (one === undefined) return;
  const home = run.alive().find((server) => server.live.has(one));
  if (home === undefined || home.isPaused) return;
  run.world.trace?.(() => `LIFE ${kind} ${one} on ${home.id}`);
  if (kind === "end") home.end(one);
  else if (kind === "split") home.regroup([one], () => units.separate([one]));
  else {
    const others = entities.filter((entity) => units.rootOf(entity) !== units.rootOf(one) && home.live.has(entity));
    const other = others[b % Math.max(1, others.length)] as EntityId | undefined;
    if (other !== undefined) home.regroup([one, other], () => units.merge(one, other));
  }
}
