import type { EntityId, Prng } from "@ows/base";
import type { Position } from "@ows/game";

/** What a bot knows when it makes up its mind. */
export type Sight = {
  readonly me: Position;
  readonly bounds: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
  /** Creatures that can be hit. */
  readonly prey: readonly { readonly ref: EntityId; readonly position: Position }[];
  readonly canSwing: boolean;
};

export type Decision = {
  /** Hundredths of full speed. */
  readonly move: { readonly x: number; readonly y: number };
  readonly hit: EntityId | undefined;
  readonly say: string | undefined;
};

const LINES = [
  "Lovely weather today.",
  "Has anybody seen the great slime?",
  "Mind the pond.",
  "Good hunting!",
  "I found a coin in the grass.",
  "Who left a barrel here?",
  "My feet hurt.",
  "Hello there!",
  "East is best.",
  "Watch this!",
  "One more slime, then home.",
  "The dummies do not hit back. I like that.",
] as const;

const HOME_RANGE = 95;
const INTEREST = 16;
const REACH = 2.6;
const CLOSE_ENOUGH = 1.7;
const GIVE_UP_MS = 9_000;

/** How one bot behaves: it strolls from place to place, chases what it meets, rests and chats. Pure but for its own memory. */
export class BotMind {
  readonly #prng: Prng;
  #goal: { readonly x: number; readonly y: number; readonly untilMs: number } = { x: 0, y: 0, untilMs: 0 };
  #restUntilMs = 0;
  #preyId: EntityId | undefined;
  #preyUntilMs = 0;
  #nextLineMs: number;

  constructor(prng: Prng, nowMs: number) {
    this.#prng = prng;
    this.#nextLineMs = nowMs + prng.int(5_000, 120_000);
  }

  decide(sight: Sight, nowMs: number): Decision {
    const say = this.#line(nowMs);
    const prey = this.#choosePrey(sight, nowMs);
    if (prey !== undefined) {
      const away = apart(sight.me, prey.position);
      const hit = away < REACH && sight.canSwing ? prey.ref : undefined;
      return { move: away < CLOSE_ENOUGH ? STILL : towards(sight.me, prey.position, 90), hit, say };
    }
    if (nowMs < this.#restUntilMs) return { move: STILL, hit: undefined, say };
    if (nowMs > this.#goal.untilMs || apart(sight.me, this.#goal) < 2) this.#chooseGoal(sight, nowMs);
    return { move: towards(sight.me, this.#goal, 62), hit: undefined, say };
  }

  #choosePrey({ me, prey }: Sight, nowMs: number): Sight["prey"][number] | undefined {
    const current = prey.find((candidate) => candidate.ref === this.#preyId);
    if (current !== undefined && nowMs < this.#preyUntilMs && apart(me, current.position) < 2 * INTEREST)
      return current;
    this.#preyId = undefined;
    // One look in a while, so that not all of them run after the same slime at once.
    if (nowMs < this.#restUntilMs || this.#prng.int(0, 11) > 0) return undefined;
    const near = prey.filter((candidate) => apart(me, candidate.position) < INTEREST);
    if (near.length === 0) return undefined;
    const chosen = this.#prng.pick(near);
    this.#preyId = chosen.ref;
    this.#preyUntilMs = nowMs + GIVE_UP_MS;
    return chosen;
  }

  #chooseGoal({ bounds }: Sight, nowMs: number): void {
    if (this.#prng.int(0, 3) === 0) this.#restUntilMs = nowMs + this.#prng.int(1_500, 7_000);
    const reach = Math.min(HOME_RANGE, bounds.maxX - 4, bounds.maxY - 4);
    const distance = reach * Math.sqrt(this.#prng.float());
    const angle = this.#prng.float() * 2 * Math.PI;
    this.#goal = {
      x: Math.cos(angle) * distance,
      y: Math.sin(angle) * distance,
      untilMs: nowMs + this.#prng.int(8_000, 20_000),
    };
  }

  #line(nowMs: number): string | undefined {
    if (nowMs < this.#nextLineMs) return undefined;
    this.#nextLineMs = nowMs + this.#prng.int(40_000, 180_000);
    return this.#prng.pick(LINES);
  }
}

const STILL = { x: 0, y: 0 };

function towards(
  from: Position,
  to: { readonly x: number; readonly y: number },
  speed: number,
): { x: number; y: number } {
  const away = apart(from, to);
  if (away === 0) return STILL;
  return { x: Math.round(((to.x - from.x) / away) * speed), y: Math.round(((to.y - from.y) / away) * speed) };
}

function apart(a: { readonly x: number; readonly y: number }, b: { readonly x: number; readonly y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
