import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import type { AttachMode } from "@ows/protocol/game";

/** How long a silent link is kept after it was last of use, in milliseconds. */
export const IDLE_LINK_MS = 30_000;
/** Silent links beside the active one. */
export const MAX_WARM_LINKS = 4;
/** How long a client whose active link broke listens to its warm links before it resumes, in milliseconds. */
export const WAIT_FOR_WELCOME_MS = 1_000;

/** Names one connection; never used twice. */
export type LinkId = number;

type Proof = { readonly mode: AttachMode; readonly token: string };

/** A silent connection to a server that has, had or may get the avatar. */
export type WarmLink = {
  readonly link: LinkId;
  readonly server: number;
  /** Told as soon as the connection stands; `undefined` once it was, or when there is none. */
  readonly token: string | undefined;
  readonly isOpen: boolean;
  readonly sinceMs: number;
};

/**
 * All connections of one client. It obeys at most one, the active one; a way in by ticket or resume token is being
 * tried at most once at a time; the others are silent.
 */
export type LinksState = {
  /** Highest ownership of the avatar that any link has told. It only grows until `forget`. */
  readonly seen: { readonly entity: EntityId; readonly epoch: Epoch } | undefined;
  readonly active: { readonly link: LinkId; readonly server: number } | undefined;
  readonly joining: (Proof & { readonly link: LinkId }) | undefined;
  /** Oldest first, at most `MAX_WARM_LINKS`, one per server. */
  readonly warm: readonly WarmLink[];
  /** Set while the active link is gone and a warm one may still bring the avatar. */
  readonly waitsUntilMs: number | undefined;
};

export type LinksEvent =
  /** The client is to come in by its own proof: the obeyed link, if any, is given up. `link` is a fresh id. */
  | (Proof & { readonly kind: "join"; readonly link: LinkId; readonly url: string })
  /** `link` is a fresh id, for the case that no link to that server stands. */
  | {
      readonly kind: "prepare";
      readonly link: LinkId;
      readonly server: number;
      readonly url: string;
      readonly token: string;
    }
  | { readonly kind: "opened"; readonly link: LinkId }
  | {
      readonly kind: "welcome";
      readonly link: LinkId;
      readonly server: number;
      readonly entity: EntityId;
      readonly epoch: Epoch;
    }
  /** The connection ended, or its server ended it. */
  | { readonly kind: "lost"; readonly link: LinkId }
  /** Gives up the active link and the way in; silent links stay, since the avatar may come there. */
  | { readonly kind: "hang-up" }
  /** The avatar is given up: nothing of it counts any more. */
  | { readonly kind: "forget" }
  | { readonly kind: "tick" };

export type LinksEffect =
  | { readonly kind: "open"; readonly link: LinkId; readonly url: string }
  | (Proof & { readonly kind: "attach"; readonly link: LinkId })
  | { readonly kind: "close"; readonly link: LinkId }
  /** The Welcome that was just heard is to be obeyed. */
  | { readonly kind: "obey"; readonly link: LinkId }
  /** There is no link to obey and none to wait for. */
  | { readonly kind: "lost" };

export type LinksStep = { readonly state: LinksState; readonly effects: readonly LinksEffect[] };

export const NO_LINKS: LinksState = {
  seen: undefined,
  active: undefined,
  joining: undefined,
  warm: [],
  waitsUntilMs: undefined,
};

/** Applies one event. What a link says that is not there any more changes nothing. */
export function stepLinks(state: LinksState, event: LinksEvent, nowMs: number): LinksStep {
  switch (event.kind) {
    case "join": {
      const { link, mode, token } = event;
      const effects = [...closed(state), { kind: "open", link, url: event.url } as const];
      return {
        state: { ...state, active: undefined, joining: { link, mode, token }, waitsUntilMs: undefined },
        effects,
      };
    }
    case "prepare":
      return prepare(state, event, nowMs);
    case "opened":
      return opened(state, event.link);
    case "welcome":
      return welcome(state, event, nowMs);
    case "lost":
      return lost(state, event.link, nowMs);
    case "hang-up": {
      const next = { ...state, active: undefined, joining: undefined, waitsUntilMs: undefined };
      return { state: next, effects: closed(state) };
    }
    case "forget":
      return { state: { ...state, seen: undefined, warm: [] }, effects: state.warm.map(close) };
    case "tick":
      return tick(state, nowMs);
  }
}

/** When the machine wants a `tick`, in milliseconds, or `undefined` for never. */
export function linksDeadlineMs({ waitsUntilMs, warm }: LinksState): number | undefined {
  const times = warm.map(({ sinceMs }) => sinceMs + IDLE_LINK_MS);
  if (waitsUntilMs !== undefined) times.push(waitsUntilMs);
  return times.length === 0 ? undefined : Math.min(...times);
}

function prepare(state: LinksState, event: LinksEvent & { kind: "prepare" }, nowMs: number): LinksStep {
  const { link, server, url, token } = event;
  if (state.active?.server === server) return unchanged(state);
  const known = state.warm.find((warm) => warm.server === server);
  const others = state.warm.filter((warm) => warm !== known);
  if (known === undefined) {
    const kept = others.slice(-(MAX_WARM_LINKS - 1));
    const dropped = others.slice(0, others.length - kept.length);
    const warm = [...kept, { link, server, token, isOpen: false, sinceMs: nowMs }];
    return { state: { ...state, warm }, effects: [...dropped.map(close), { kind: "open", link, url }] };
  }
  const again = { ...known, token: known.isOpen ? undefined : token, sinceMs: nowMs };
  const effects: LinksEffect[] = known.isOpen ? [{ kind: "attach", link: known.link, mode: "handoff", token }] : [];
  return { state: { ...state, warm: [...others, again] }, effects };
}

function opened(state: LinksState, link: LinkId): LinksStep {
  if (state.joining?.link === link) {
    const { mode, token } = state.joining;
    return { state, effects: [{ kind: "attach", link, mode, token }] };
  }
  const found = state.warm.find((warm) => warm.link === link);
  if (found === undefined) return unchanged(state);
  const warm = state.warm.map((other) => (other === found ? { ...found, isOpen: true, token: undefined } : other));
  const effects: LinksEffect[] =
    found.token === undefined ? [] : [{ kind: "attach", link, mode: "handoff", token: found.token }];
  return { state: { ...state, warm }, effects };
}

function welcome(state: LinksState, event: LinksEvent & { kind: "welcome" }, nowMs: number): LinksStep {
  const { link, server, entity, epoch } = event;
  if (!isThere(state, link)) return unchanged(state);
  if (!isNewer(state, event)) {
    // Whoever was asked by a token of its own and still has an older avatar can't be the way in.
    return state.joining?.link === link ? lost(state, link, nowMs, [{ kind: "close", link }]) : unchanged(state);
  }
  const effects: LinksEffect[] = [];
  const isJoin = state.joining?.link === link;
  if (state.joining !== undefined && !isJoin) effects.push(close(state.joining));
  const gone = state.warm.filter((warm) => warm.link !== link && warm.server === server);
  effects.push(...gone.map(close), { kind: "obey", link });
  const warm = state.warm.filter((other) => other.link !== link && other.server !== server);
  const former = state.active;
  if (former !== undefined && former.link !== link) {
    // The link it came from stays open for a while: the avatar may go back.
    warm.push({ link: former.link, server: former.server, token: undefined, isOpen: true, sinceMs: nowMs });
    effects.push(...warm.splice(0, warm.length - MAX_WARM_LINKS).map(close));
  }
  const seen = { entity, epoch };
  return { state: { seen, active: { link, server }, joining: undefined, warm, waitsUntilMs: undefined }, effects };
}

/** On a link of one's own choice the same ownership counts too: it is the way back to the same server. */
function isNewer({ seen, active, joining }: LinksState, event: LinksEvent & { kind: "welcome" }): boolean {
  const isJoin = joining?.link === event.link;
  // The backend decided on this server just now, and another avatar begins anew.
  if (seen === undefined || (isJoin && joining.mode !== "resume")) return true;
  if (seen.entity !== event.entity) return isJoin;
  const order = compareEpochs(event.epoch, seen.epoch);
  return isJoin || active?.link === event.link ? order >= 0 : order > 0;
}

function lost(state: LinksState, link: LinkId, nowMs: number, before: readonly LinksEffect[] = []): LinksStep {
  if (state.joining?.link === link) {
    return { state: { ...state, joining: undefined }, effects: [...before, { kind: "lost" }] };
  }
  if (state.active?.link === link) {
    const waits = state.warm.length > 0;
    const waitsUntilMs = waits ? nowMs + WAIT_FOR_WELCOME_MS : undefined;
    return { state: { ...state, active: undefined, waitsUntilMs }, effects: waits ? before : [...before, LOST] };
  }
  const warm = state.warm.filter((other) => other.link !== link);
  if (warm.length === state.warm.length) return unchanged(state);
  const isHopeless = state.waitsUntilMs !== undefined && warm.length === 0;
  const waitsUntilMs = isHopeless ? undefined : state.waitsUntilMs;
  return { state: { ...state, warm, waitsUntilMs }, effects: isHopeless ? [...before, LOST] : before };
}

function tick(state: LinksState, nowMs: number): LinksStep {
  const old = state.warm.filter(({ sinceMs }) => nowMs - sinceMs >= IDLE_LINK_MS);
  const isOver = state.waitsUntilMs !== undefined && nowMs >= state.waitsUntilMs;
  if (old.length === 0 && !isOver) return unchanged(state);
  const warm = state.warm.filter((link) => !old.includes(link));
  const effects: LinksEffect[] = old.map(close);
  if (isOver) effects.push(LOST);
  return { state: { ...state, warm, waitsUntilMs: isOver ? undefined : state.waitsUntilMs }, effects };
}

const LOST: LinksEffect = { kind: "lost" };

function isThere({ active, joining, warm }: LinksState, link: LinkId): boolean {
  return active?.link === link || joining?.link === link || warm.some((other) => other.link === link);
}

function closed({ active, joining }: LinksState): LinksEffect[] {
  return [active, joining].filter((line) => line !== undefined).map(close);
}

function close({ link }: { readonly link: LinkId }): LinksEffect {
  return { kind: "close", link };
}

function unchanged(state: LinksState): LinksStep {
  return { state, effects: [] };
}
