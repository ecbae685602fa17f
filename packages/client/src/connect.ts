import { type Clock, Prng } from "@ows/base";
import type { Components, Game, InputFields } from "@ows/game";
import { schemaOf } from "@ows/protocol/game";
import { Backend, type BackendOptions, type Door } from "./backend.ts";
import type { WebSocketConstructor } from "./game-link.ts";
import { defaultReconnectPolicy, type ReconnectPolicy } from "./reconnect.ts";
import { type PlaceStorage, SavedPlace } from "./saved-place.ts";
import { World, type WorldEvents } from "./world.ts";

export type WorldOptions<C extends Components, I extends InputFields> = {
  readonly game: Game<C, I>;
  /** Another zone than the one the character was in last. */
  readonly zone?: string;
  /** `globalThis.WebSocket` when not given. */
  readonly webSocket?: WebSocketConstructor;
  /** `sessionStorage`: a reloaded page is back in the world without signing in. */
  readonly storage?: PlaceStorage;
  readonly policy?: Partial<ReconnectPolicy>;
  /** Seeds the jitter of reconnects. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** Hears of every change from the first on, while `connect` is still under way. */
  readonly onState?: (state: WorldEvents["state"]) => void;
  /** Ends the wait: the promise rejects, nothing stays behind. */
  readonly signal?: AbortSignal;
};

export type ConnectOptions<C extends Components, I extends InputFields> = WorldOptions<C, I> & BackendOptions;

/**
 * Signs in, creates what is missing, finds the character's server and stands in its world. Rejects with
 * `WorldClosedError`, whose message is for the player.
 */
export async function connect<C extends Components, I extends InputFields>(
  options: ConnectOptions<C, I>,
): Promise<World<C, I>> {
  const place = new SavedPlace(options.storage, `ows:${options.customer}:${options.character}`);
  return enterWorld(options, new Backend(options, place), place);
}

/** The same by a door of one's own: tests and tools that have no backend. */
export async function connectBy<C extends Components, I extends InputFields>(
  door: Door,
  options: WorldOptions<C, I> & { readonly character: string },
): Promise<World<C, I>> {
  return enterWorld(options, door, new SavedPlace(options.storage, `ows:${options.character}`));
}

async function enterWorld<C extends Components, I extends InputFields>(
  options: WorldOptions<C, I>,
  door: Door,
  place: SavedPlace,
): Promise<World<C, I>> {
  const world = new World<C, I>({
    game: options.game,
    schema: schemaOf(options.game),
    door,
    place,
    zone: options.zone,
    webSocket: options.webSocket ?? globalThis.WebSocket,
    clock: options.clock ?? systemClock,
    prng: Prng.fromSeed(options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0),
    policy: { ...defaultReconnectPolicy, ...options.policy },
  });
  if (options.onState !== undefined) world.on("state", options.onState);
  const leave = () => world.leave();
  options.signal?.addEventListener("abort", leave, { once: true });
  try {
    const entered = world.enter();
    if (options.signal?.aborted) leave();
    await entered;
    return world;
  } finally {
    options.signal?.removeEventListener("abort", leave);
  }
}

const systemClock: Clock = { nowMs: () => performance.now(), wallMs: () => Date.now() };
