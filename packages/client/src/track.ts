const CAPACITY = 64;
/** When it is full, so many of the newest samples are kept: more than the longest delay at which others are shown. */
const KEPT = 32;
const STRIDE = 5;
/** Updates that are this many ticks apart are not one even movement: the entity stood still in between. */
const MAX_CADENCE = 8;
const MAX_EXTRAPOLATION_MS = 500;
const FULL_TURN = 2 * Math.PI;

/** Where something is shown, in metres and radians; the velocity is the one it is shown with. */
export type Pose = { x: number; y: number; z: number; yaw: number; vx: number; vy: number; vz: number };

/**
 * The last positions of one entity by server tick, and where it is shown between them. Far entities are updated every
 * second or fourth tick only; the track notices that and shows them a little later, instead of by fits and starts.
 */
export class Track {
  readonly #tickMs: number;
  readonly #maxSpeed: number;
  /** tick, x, y, z, yaw of each sample, oldest first. Grows as needed: most entities are in sight for a moment only. */
  readonly #samples: number[] = [];
  #count = 0;
  readonly #gaps: [number, number, number] = [1, 1, 1];
  #gapAt = 0;
  #lagTicks = 0;
  /** Speed of the newest movement, 0 after a jump. */
  #metresPerTick = 0;

  /** @param maxSpeed metres per second of its class: what is clearly faster is a jump, not a movement. */
  constructor(tickHz: number, maxSpeed: number) {
    this.#tickMs = 1000 / tickHz;
    this.#maxSpeed = Math.min(maxSpeed, 60);
  }

  push(tick: number, x: number, y: number, z: number, yaw: number): void {
    if (this.#count > 0) {
      const gap = tick - this.#at(-1, 0);
      if (gap <= 0) this.#forgetFrom(tick);
      else this.#learn(tick, gap, x, y, z);
    }
    this.#append(tick, x, y, z, yaw);
  }

  /** The server that took over may be a tick behind the one before it. */
  #forgetFrom(tick: number): void {
    while (this.#count > 0 && this.#at(-1, 0) >= tick) this.#count--;
  }

  /** Forgets the way so far: the next sample stands alone. */
  reset(): void {
    this.#count = 0;
  }

  /** Fills `out` for `shownTick`. `newestTick` is the newest snapshot that arrived, whether it moved this entity or not. */
  sample(shownTick: number, newestTick: number, out: Pose): void {
    if (this.#count === 0) return;
    const tick = shownTick - this.#lagTicks;
    if (tick >= this.#at(-1, 0)) {
      this.#sampleBeyond(tick, newestTick, out);
      return;
    }
    let i = this.#count - 1;
    while (i > 0 && this.#samples[(i - 1) * STRIDE]! > tick) i--;
    if (i === 0) this.#place(0, 0, 0, out);
    else this.#between(i, tick, out);
  }

  get #cadence(): number {
    const [a, b, c] = this.#gaps;
    return Math.min(a, b, c);
  }

  /** Takes note of an update `gap` ticks after the one before, and puts in where the entity rested or jumped. */
  #learn(tick: number, gap: number, x: number, y: number, z: number): void {
    this.#gaps[this.#gapAt] = Math.min(gap, MAX_CADENCE);
    this.#gapAt = (this.#gapAt + 1) % 3;
    this.#lagTicks += (this.#cadence - 1 - this.#lagTicks) * 0.2;
    const [lastX, lastY, lastZ] = [this.#at(-1, 1), this.#at(-1, 2), this.#at(-1, 3)];
    const metres = Math.hypot(x - lastX, y - lastY, z - lastZ);
    const mostPerTick = (this.#maxSpeed * this.#tickMs) / 1000;
    // A jump is shown within a hundredth of a tick.
    const isJump = metres > 2 + 1.5 * gap * mostPerTick;
    const movedTicks = isJump ? 0.01 : Math.min(gap, this.#movedTicks(gap, metres, mostPerTick));
    this.#metresPerTick = isJump ? 0 : metres / movedTicks;
    if (movedTicks < gap) this.#append(tick - movedTicks, lastX, lastY, lastZ, this.#at(-1, 4));
  }

  /** Over how many of the `gap` ticks the entity moved: all of them, or only since its turn before. */
  #movedTicks(gap: number, metres: number, mostPerTick: number): number {
    const cadence = this.#cadence;
    if (gap <= cadence * 1.5) return gap;
    const before = this.#metresPerTick;
    const isEven = Math.abs(metres / gap - before) < Math.abs(metres / cadence - before);
    if (gap <= MAX_CADENCE && before > 0 && isEven) return gap;
    return Math.max(cadence, metres / mostPerTick);
  }

  #append(tick: number, x: number, y: number, z: number, yaw: number): void {
    if (this.#count === CAPACITY) {
      this.#samples.splice(0, (CAPACITY - KEPT) * STRIDE);
      this.#count = KEPT;
    }
    const s = this.#samples;
    const at = this.#count++ * STRIDE;
    s[at] = tick;
    s[at + 1] = x;
    s[at + 2] = y;
    s[at + 3] = z;
    s[at + 4] = yaw;
  }

  #sampleBeyond(tick: number, newestTick: number, out: Pose): void {
    const last = this.#at(-1, 0);
    const stopped = newestTick >= last + this.#cadence;
    if (this.#count < 2 || stopped) {
      this.#place(this.#count - 1, 0, 0, out);
      return;
    }
    const span = last - this.#at(-2, 0);
    const beyond = Math.min(tick - last, MAX_EXTRAPOLATION_MS / this.#tickMs);
    this.#place(this.#count - 1, span, beyond, out);
  }

  /** Sample `i`, moved on by `beyond` ticks with the velocity of the `span` ticks before it. */
  #place(i: number, span: number, beyond: number, out: Pose): void {
    const s = this.#samples;
    const at = i * STRIDE;
    const before = at - STRIDE;
    const moves = span >= 1;
    const perSecond = moves ? 1000 / this.#tickMs / span : 0;
    out.vx = moves ? (s[at + 1]! - s[before + 1]!) * perSecond : 0;
    out.vy = moves ? (s[at + 2]! - s[before + 2]!) * perSecond : 0;
    out.vz = moves ? (s[at + 3]! - s[before + 3]!) * perSecond : 0;
    const seconds = (beyond * this.#tickMs) / 1000;
    out.x = s[at + 1]! + out.vx * seconds;
    out.y = s[at + 2]! + out.vy * seconds;
    out.z = s[at + 3]! + out.vz * seconds;
    out.yaw = s[at + 4]!;
  }

  #between(i: number, tick: number, out: Pose): void {
    const s = this.#samples;
    const b = i * STRIDE;
    const a = b - STRIDE;
    const span = s[b]! - s[a]!;
    const part = (tick - s[a]!) / span;
    const perSecond = span < 0.5 ? 0 : 1000 / this.#tickMs / span;
    out.vx = (s[b + 1]! - s[a + 1]!) * perSecond;
    out.vy = (s[b + 2]! - s[a + 2]!) * perSecond;
    out.vz = (s[b + 3]! - s[a + 3]!) * perSecond;
    out.x = s[a + 1]! + (s[b + 1]! - s[a + 1]!) * part;
    out.y = s[a + 2]! + (s[b + 2]! - s[a + 2]!) * part;
    out.z = s[a + 3]! + (s[b + 3]! - s[a + 3]!) * part;
    out.yaw = s[a + 4]! + shortestTurn(s[b + 4]! - s[a + 4]!) * part;
  }

  /** A member of the sample `fromEnd` (-1 is the newest). */
  #at(fromEnd: number, member: number): number {
    return this.#samples[(this.#count + fromEnd) * STRIDE + member] as number;
  }
}

function shortestTurn(radians: number): number {
  const turn = radians % FULL_TURN;
  return turn > Math.PI ? turn - FULL_TURN : turn < -Math.PI ? turn + FULL_TURN : turn;
}
