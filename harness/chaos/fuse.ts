import { HandoffDesk } from "@ows/mesh";
import type { DoomOrder } from "./doom.ts";
import type { KillPoint } from "./kill-scene.ts";

/** A point of a handoff that this server is at, and what it takes to be exactly there when it breaks. */
type Moment = {
  readonly role: DoomOrder["role"];
  readonly point: KillPoint;
  readonly root: number;
  /** `now`: before anything else happens. `unsaid`: all is done, nothing of it is sent. `said`: it is sent. */
  readonly when: "now" | "unsaid" | "said" | "choice";
};

/** States that the target was told before it counts as told. */
const TOLD = 3;

/**
 * Watches the handoffs of this process from outside: it wraps the desk, which everything goes through. `strike` breaks
 * something when a moment comes that is ordered.
 */
export function layFuse(ordered: () => DoomOrder | undefined, strike: () => void): void {
  const { begin, endOfTick, receive } = HandoffDesk.prototype;
  const reached = ({ role, point, root, when }: Moment) => {
    const doom = ordered();
    if (doom === undefined || doom.entity !== root || doom.role !== role || doom.point !== point) return;
    const how = when === "choice" ? (doom.lastWords ? "said" : "unsaid") : when;
    if (how === "now") strike();
    // What a turn of the event loop has to say is written by a microtask that is queued when its first word is.
    else if (how === "unsaid") queueMicrotask(strike);
    else setImmediate(strike);
  };

  HandoffDesk.prototype.begin = function (unit, to, nowMs) {
    const effects = begin.call(this, unit, to, nowMs);
    const [root] = unit.members;
    if (root !== undefined && effects.some(({ kind }) => kind === "send")) {
      reached({ role: "source", point: "asked, no answer yet", root, when: "choice" });
    }
    return effects;
  };

  HandoffDesk.prototype.endOfTick = function (root, states, mayLeave, nowMs) {
    const effects = endOfTick.call(this, root, states, mayLeave, nowMs);
    const source = this.sourceOf(root);
    if (effects.some(({ kind }) => kind === "released")) {
      reached({ role: "source", point: "commit on its way", root, when: "choice" });
    } else if (source?.phase === "ready" && source.sent >= TOLD && source.isClientWarm) {
      reached({ role: "source", point: "state told", root, when: "choice" });
    }
    return effects;
  };

  HandoffDesk.prototype.receive = function (from, message, nowMs) {
    const { kind, root } = message;
    if (kind === "commit") reached({ role: "target", point: "commit on its way", root, when: "now" });
    if (kind === "complete") reached({ role: "source", point: "taken, no answer yet", root, when: "now" });
    const effects = receive.call(this, from, message, nowMs);
    if (kind === "prepare") reached({ role: "target", point: "asked, no answer yet", root, when: "unsaid" });
    if ((kind === "state" || kind === "delta") && message.sequence >= TOLD) {
      reached({ role: "target", point: "state told", root, when: "now" });
    }
    if (kind === "commit" && effects.some((effect) => effect.kind === "own")) {
      reached({ role: "target", point: "taken, no answer yet", root, when: "unsaid" });
      reached({ role: "target", point: "taken and confirmed", root, when: "said" });
    }
    if (kind === "complete") reached({ role: "source", point: "taken and confirmed", root, when: "unsaid" });
    return effects;
  };
}
