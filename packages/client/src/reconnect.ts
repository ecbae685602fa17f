import { type BackoffLimits, backoffMs, type Prng } from "@ows/base";
import type { Closing } from "@ows/protocol/game";

/** How a client comes (back) into the world: by the token of its last Welcome, or by asking the backend. */
export type JoinPath = "resume" | "backend";

/** Why the client is on its way into the world: it never was in it, or what took it out. */
export type JoinCause = "first" | "lost" | "stopping" | "travel";

/** Since when the client is out of the world, and how often it has tried since. */
type Trouble = { readonly sinceMs: number; readonly attempt: number; readonly cause: JoinCause };

export type LinkState =
  | { readonly phase: "joining"; readonly via: JoinPath; readonly trouble: Trouble }
  | { readonly phase: "waiting"; readonly via: JoinPath; readonly trouble: Trouble; readonly wakeAtMs: number }
  | { readonly phase: "in-world" }
  | { readonly phase: "closed"; readonly code: ClosedCode; readonly message: string; readonly canRetry: boolean };

/** Why the client stopped trying: a server's closing code, `gave-up`, `failed` (trying again is no use), `left`. */
export type ClosedCode = Closing["code"] | "gave-up" | "failed";

export type LinkEvent =
  | { readonly kind: "attached" }
  /** A way in did not work. `mayPass`: a little later it may. */
  | { readonly kind: "failed"; readonly message: string; readonly mayPass: boolean }
  | { readonly kind: "lost"; readonly message: string }
  | { readonly kind: "closing"; readonly closing: Closing }
  | { readonly kind: "tick" }
  /** The player wants to try again after it was closed. */
  | { readonly kind: "retry" }
  /** The player goes to another zone: the backend finds the server. */
  | { readonly kind: "travel" }
  | { readonly kind: "leave" };

/** `forget` drops the resume token: nothing will accept it any more. */
export type LinkEffect = "resume" | "join" | "hang-up" | "forget";

export type LinkStep = { readonly state: LinkState; readonly effects: readonly LinkEffect[] };

export type ReconnectPolicy = {
  readonly backoff: BackoffLimits;
  /** Tries with the resume token before the backend is asked; it knows whether that server still lives. */
  readonly resumeTries: number;
  /** How long a player who was in the world is brought back before the client gives up. */
  readonly giveUpAfterMs: number;
  /** The same for the first way in: somebody waits in front of a sign-in panel. */
  readonly giveUpFirstAfterMs: number;
};

export const defaultReconnectPolicy: ReconnectPolicy = {
  backoff: { firstMs: 250, maxMs: 5_000 },
  resumeTries: 2,
  giveUpAfterMs: 60_000,
  giveUpFirstAfterMs: 20_000,
};

/** The first step: by the resume token when there is one. */
export function startLink(canResume: boolean, nowMs: number): LinkStep {
  return begin(canResume ? "resume" : "backend", { sinceMs: nowMs, attempt: 0, cause: "first" });
}

/** Applies one event. What a phase does not expect changes nothing. */
export function stepLink(
  state: LinkState,
  event: LinkEvent,
  { nowMs, prng, policy }: { readonly nowMs: number; readonly prng: Prng; readonly policy: ReconnectPolicy },
): LinkStep {
  switch (event.kind) {
    case "attached":
      // While waiting too: a server that took the avatar over may say so on a link that stood already.
      if (state.phase !== "joining" && state.phase !== "waiting") return unchanged(state);
      return { state: { phase: "in-world" }, effects: [] };
    case "lost":
      if (state.phase === "in-world") return begin("resume", trouble("lost", nowMs), ["hang-up"]);
      return state.phase === "joining" ? tryAgain(state, event.message) : unchanged(state);
    case "failed":
      if (state.phase !== "joining") return unchanged(state);
      return event.mayPass ? tryAgain(state, event.message) : close("failed", event.message, true);
    case "closing":
      return onClosing(event.closing);
    case "tick":
      return state.phase === "waiting" && nowMs >= state.wakeAtMs ? begin(state.via, state.trouble) : unchanged(state);
    case "retry":
      if (state.phase !== "closed" || !state.canRetry) return unchanged(state);
      return begin("backend", { sinceMs: nowMs, attempt: 0, cause: "first" });
    case "travel":
      return begin("backend", trouble("travel", nowMs), ["hang-up", "forget"]);
    case "leave":
      return close("left", "You left the world.", true, ["hang-up", "forget"]);
  }

  function onClosing(closing: Closing): LinkStep {
    if (state.phase === "closed" || state.phase === "waiting") return unchanged(state);
    // A refused token says nothing about the player: the backend decides.
    if (closing.code === "refused" && state.phase === "joining" && state.via === "resume") {
      return begin("backend", state.trouble, ["hang-up", "forget"]);
    }
    if (!closing.retry) return close(closing.code, closing.reason, isCurable(closing.code), ["hang-up", "forget"]);
    const current = state.phase === "joining" ? state.trouble : trouble(causeOf(closing), nowMs);
    if (state.phase === "joining" && isOver(current)) return giveUp(closing.reason, ["hang-up", "forget"]);
    const wakeAtMs = nowMs + Math.max(closing.retryAfterMs, waitMs(current.attempt));
    const next = { ...current, attempt: current.attempt + 1 };
    return { state: { phase: "waiting", via: "backend", trouble: next, wakeAtMs }, effects: ["hang-up", "forget"] };
  }

  function tryAgain(joining: LinkState & { phase: "joining" }, message: string): LinkStep {
    if (isOver(joining.trouble)) return giveUp(message, ["hang-up"]);
    const attempt = joining.trouble.attempt + 1;
    const via = joining.via === "resume" && attempt < policy.resumeTries ? "resume" : "backend";
    const wakeAtMs = nowMs + waitMs(joining.trouble.attempt);
    return {
      state: { phase: "waiting", via, trouble: { ...joining.trouble, attempt }, wakeAtMs },
      effects: ["hang-up"],
    };
  }

  function isOver({ sinceMs, cause }: Trouble): boolean {
    return nowMs - sinceMs >= (cause === "first" ? policy.giveUpFirstAfterMs : policy.giveUpAfterMs);
  }

  function waitMs(attempt: number): number {
    return backoffMs(attempt, prng, policy.backoff);
  }
}

/** When the machine wants a `tick`, in milliseconds, or `undefined` for never. */
export function linkDeadlineMs(state: LinkState): number | undefined {
  return state.phase === "waiting" ? state.wakeAtMs : undefined;
}

function begin(via: JoinPath, trouble: Trouble, before: readonly LinkEffect[] = []): LinkStep {
  return { state: { phase: "joining", via, trouble }, effects: [...before, via === "resume" ? "resume" : "join"] };
}

function trouble(cause: JoinCause, nowMs: number): Trouble {
  return { sinceMs: nowMs, attempt: 0, cause };
}

function causeOf(closing: Closing): JoinCause {
  return closing.code === "stopping" ? "stopping" : "lost";
}

function giveUp(message: string, effects: readonly LinkEffect[]): LinkStep {
  return close("gave-up", message, true, effects);
}

function close(
  code: ClosedCode,
  message: string,
  canRetry: boolean,
  effects: readonly LinkEffect[] = ["hang-up"],
): LinkStep {
  return { state: { phase: "closed", code, message, canRetry }, effects };
}

/** Another build of the game does not become the right one by trying. */
function isCurable(code: Closing["code"]): boolean {
  return code !== "incompatible";
}

function unchanged(state: LinkState): LinkStep {
  return { state, effects: [] };
}
