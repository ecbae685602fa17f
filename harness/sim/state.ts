import type { EntityId } from "@ows/base";
import type { ApplyDelta } from "@ows/mesh";
import { SIZE_METERS } from "./ground.ts";

/** All that an entity is: what travels in commits and staged copies. */
export type SimState = {
  readonly x: number;
  readonly y: number;
  readonly ticks: number;
  readonly lastInput: number;
  /** Over every input that was applied, in order. */
  readonly chain: number;
  /** Ranges that were acknowledged and lost with their only owner: `[from, to]`, both included. */
  readonly skips: readonly (readonly [number, number])[];
};

/** A difference put on anything but what it was made from breaks the chain. */
export function deltaOf(before: SimState, after: SimState): SimState {
  return { ...after, chain: (after.chain ^ before.chain) >>> 0 };
}

export const applySimDelta: ApplyDelta<SimState> = (before, delta) => deltaOf(before, delta);

export function mix(hash: number, value: number): number {
  let h = Math.imul(hash ^ value, 0x9e3779b1);
  h ^= h >>> 15;
  return Math.imul(h, 0x85ebca6b) >>> 0;
}

export function applyInput(state: SimState, n: number): SimState {
  return { ...state, lastInput: n, chain: mix(state.chain, n) };
}

/** The client was told that `n` is applied, and the only server that had it died. */
export function skipTo(state: SimState, n: number): SimState {
  return { ...state, lastInput: n, skips: [...state.skips, [state.lastInput + 1, n]] };
}

const PREFIXES = [0];

/** What the chain must be. */
export function chainOf(lastInput: number, skips: SimState["skips"]): number {
  if (skips.length === 0) return prefix(lastInput);
  let chain = 0;
  let skip = 0;
  for (let n = 1; n <= lastInput; n++) {
    const range = skips[skip];
    if (range !== undefined && n === range[0]) {
      n = range[1];
      skip++;
    } else chain = mix(chain, n);
  }
  return chain;
}

const SPEED = 28;
const TICK_SECONDS = 0.05;

/** Meters per second now: a heading that changes about once a second. */
export function velocityOf(root: EntityId, ticks: number): { readonly vx: number; readonly vy: number } {
  const angle = (mix(mix(root, 77), Math.floor(ticks / 17)) / 2 ** 32) * 2 * Math.PI;
  return { vx: Math.cos(angle) * SPEED, vy: Math.sin(angle) * SPEED };
}

/** One tick of walking; once in a while a jump to anywhere. */
export function move(root: EntityId, state: SimState): SimState {
  const ticks = state.ticks + 1;
  const dice = mix(mix(root, ticks), 5);
  if (dice % 211 === 0) return { ...state, ticks, x: (dice >>> 8) % SIZE_METERS, y: (dice >>> 16) % SIZE_METERS };
  const { vx, vy } = velocityOf(root, ticks);
  return { ...state, ticks, x: clamp(state.x + vx * TICK_SECONDS), y: clamp(state.y + vy * TICK_SECONDS) };
}

function clamp(meters: number): number {
  return Math.min(SIZE_METERS - 0.01, Math.max(0, meters));
}

function prefix(lastInput: number): number {
  for (let n = PREFIXES.length; n <= lastInput; n++) PREFIXES.push(mix(PREFIXES[n - 1] as number, n));
  return PREFIXES[lastInput] as number;
}
