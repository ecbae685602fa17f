import { Prng } from "@ows/base";

/** What a run is made of, all drawn from the seed before it starts. */
export type Plan = {
  readonly seed: number;
  readonly servers: number;
  readonly columns: number;
  readonly rows: number;
  /** Members of each unit: 1 for most, 2–3 for groups. */
  readonly units: readonly { readonly size: number; readonly players: number }[];
  readonly jitterMs: number;
  readonly safetyMs: number;
  readonly routeMs: number;
  readonly reservationMs: number;
  readonly faults: readonly Fault[];
  /** What the game does of itself. */
  readonly life: readonly LifeEvent[];
};

/** `a` and `b` are indexes that are mapped to what is alive at the time. */
export type Fault = {
  readonly atMs: number;
  readonly kind: FaultKind;
  readonly a: number;
  readonly b: number;
  readonly forMs: number;
};

/** `a` and `b` are indexes that are mapped to entities at the time. */
export type LifeEvent = {
  readonly atMs: number;
  readonly kind: "end" | "split" | "merge";
  readonly a: number;
  readonly b: number;
};

const FAULTS = {
  "cut servers": 6,
  "hold one way": 3,
  "slow one way": 3,
  partition: 2,
  "cut coordinator": 3,
  "cut client": 3,
  crash: 4,
  "crash two": 1,
  pause: 3,
  slow: 2,
  full: 2,
  draining: 1,
  join: 2,
  "move ground": 3,
  "move ground mid-handoff": 3,
} as const;

export type FaultKind = keyof typeof FAULTS;

const BAG = Object.entries(FAULTS).flatMap(([kind, weight]) => Array<FaultKind>(weight).fill(kind as FaultKind));

/** `hasLife`: entities end, groups regroup, and players leave ghosts. */
export function planOf(seed: number, hasLife = true): Plan {
  const prng = Prng.fromSeed(`plan ${seed}`);
  const servers = prng.int(2, 6);
  const isStripes = prng.float() < 0.5;
  const safetyMs = prng.int(2, 6) * 1_000;
  const units = Array.from({ length: prng.int(2, 7) }, () => {
    const size = prng.float() < 0.3 ? prng.int(2, 3) : 1;
    return { size, players: prng.int(0, size) };
  });
  const faults = Array.from({ length: prng.int(0, 14) }, () => ({
    atMs: prng.int(200, safetyMs),
    kind: prng.pick(BAG),
    a: prng.int(0, 1_000),
    b: prng.int(0, 1_000),
    forMs: prng.int(50, 1_500),
  })).sort((one, other) => one.atMs - other.atMs);
  return {
    seed,
    servers,
    columns: isStripes ? Math.min(servers, 4) : Math.ceil(servers / 2),
    rows: isStripes ? 1 : 2,
    units,
    jitterMs: prng.pick([2, 10, 30, 120]),
    safetyMs,
    routeMs: prng.int(2, 4) * 1_000,
    reservationMs: prng.int(2, 4) * 1_000,
    faults,
    life: hasLife ? lifeOf(seed, safetyMs) : [],
  };
}

/** From numbers of its own: what else a seed means stays the same. */
function lifeOf(seed: number, safetyMs: number): LifeEvent[] {
  const prng = Prng.fromSeed(`life ${seed}`);
  const events = Array.from({ length: prng.int(0, 20) }, () => ({
    atMs: prng.int(200, safetyMs),
    kind: prng.pick(["end", "split", "split", "split", "merge", "merge", "merge"] as const),
    a: prng.int(0, 1_000),
    b: prng.int(0, 1_000),
  }));
  return events.sort((one, other) => one.atMs - other.atMs);
}

/** The plan in words, for the first lines of a report. */
export function describePlan(plan: Plan): string {
  const { seed, servers, columns, rows, units, jitterMs, safetyMs, routeMs, reservationMs, faults, life } = plan;
  const players = units.reduce((sum, unit) => sum + unit.players, 0);
  const head = `seed ${seed}: ${servers} servers, ${columns}×${rows} cells, units of ${units.map((u) => u.size).join(",")} with ${players} players, jitter ${jitterMs} ms, faults for ${safetyMs} ms, routes ${routeMs} ms, reservations ${reservationMs} ms`;
  const lived = life.map(({ atMs, kind, a, b }) => `  ${atMs} ms ${kind} (${a}, ${b})`);
  return [head, ...faults.map((f) => `  ${f.atMs} ms ${f.kind} (${f.a}, ${f.b}) for ${f.forMs} ms`), ...lived].join(
    "\n",
  );
}
