import type { EntityId } from "@ows/base";
import type { ServerId } from "@ows/mesh";
import type { BorderVerdict } from "./border-watch.ts";
import type { HandoffLog } from "./handoff-log.ts";
import type { PeerLinks } from "./peer-links.ts";

/** Why an entity that something calls elsewhere is here still. */
export type Stay = {
  readonly entity: EntityId;
  readonly to: ServerId;
  /**
   * `preparing` and `ready` as of its handoff; `refused`: asked in vain, and will be again; `no-link`: nobody to ask;
   * `due`: asked at the next tick.
   */
  readonly phase: "preparing" | "ready" | "refused" | "no-link" | "due";
  /** What is waited for, or why it was in vain. */
  readonly detail: string;
  /** Since the handoff began; of a refused one, until it is asked again. */
  readonly ms: number;
};

export type StayFacts = {
  readonly entity: EntityId;
  readonly verdict: BorderVerdict;
  /** Zero or less: it may be asked for now. */
  readonly askAgainInMs: number;
  readonly log: Pick<HandoffLog, "openOf" | "lastOutcomeOf">;
  readonly links: Pick<PeerLinks, "isUp">;
  readonly nowMs: number;
};

/** Tells what keeps an entity here; `undefined` when nothing calls it elsewhere, or it is not here any more. */
export function explainStay({ entity, verdict, askAgainInMs, log, links, nowMs }: StayFacts): Stay | undefined {
  const open = log.openOf(entity);
  if (open !== undefined) {
    const { to, phase, waitsFor, beganAtMs } = open;
    if (phase !== "preparing" && phase !== "ready") return undefined;
    return { entity, to, phase, detail: waitsFor, ms: nowMs - beganAtMs };
  }
  const { to, waitsFor } = verdict;
  if (to === undefined) return undefined;
  if (!links.isUp(to)) return { entity, to, phase: "no-link", detail: "", ms: 0 };
  if (askAgainInMs <= 0) return { entity, to, phase: "due", detail: waitsFor ?? "", ms: 0 };
  return { entity, to, phase: "refused", detail: log.lastOutcomeOf(entity) ?? "", ms: askAgainInMs };
}
