import { Prng } from "@ows/base";
import type { Bounds, Position, Vector } from "@ows/game";

export type PropKind = "oak" | "birch" | "pine" | "rock" | "bush" | "pond" | "well" | "barrel" | "pillar" | "torch";

/** Something that stands in a zone. `radius` is its trunk or wall, in metres; 0 can be walked through. */
export type Prop = {
  readonly kind: PropKind;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** 1 is the usual size. */
  readonly size: number;
};

export type Scenery = { readonly bounds: Bounds; readonly ground: "grass" | "stone"; readonly props: readonly Prop[] };

const meadowBounds: Bounds = { minX: -200, minY: -200, maxX: 200, maxY: 200 };
const cellarBounds: Bounds = { minX: -30, minY: -30, maxX: 30, maxY: 30 };
const plainBounds: Bounds = { minX: -100, minY: -100, maxX: 100, maxY: 100 };

const ponds: readonly Prop[] = [
  { kind: "pond", x: -58, y: 46, radius: 17, size: 1 },
  { kind: "pond", x: 92, y: -70, radius: 24, size: 1 },
  { kind: "pond", x: -120, y: -110, radius: 20, size: 1 },
];
const well: Prop = { kind: "well", x: 0, y: 9, radius: 1.5, size: 1 };
/** Round the spawn points the meadow is open. */
const PLAZA_RADIUS = 26;

const woodKinds: readonly PropKind[] = ["oak", "oak", "pine", "pine", "pine", "birch", "bush", "rock"];
const meadowKinds: readonly PropKind[] = ["oak", "birch", "birch", "pine", "rock", "bush", "bush", "bush"];

/** By the number that `Realm.scenery` carries; zones that are not listed are plain. */
export const sceneries: readonly Scenery[] = [
  { bounds: plainBounds, ground: "grass", props: [] },
  { bounds: meadowBounds, ground: "grass", props: [...ponds, well, ...growMeadow()] },
  { bounds: cellarBounds, ground: "stone", props: furnishCellar() },
];
const sceneryOfZone: Readonly<Record<string, number>> = { Meadow: 1, Cellar: 2 };

export function sceneryIndexOf(zoneName: string): number {
  return sceneryOfZone[zoneName] ?? 0;
}

/** Puts somebody of `bodyRadius` metres who stands in a prop beside it. The same on the server and in the browser. */
export function keepOutOfProps(scenery: number, position: Vector, bodyRadius: number): void {
  for (const prop of propsNear(scenery, position)) {
    if (prop.radius === 0) continue;
    const dx = position.x - prop.x;
    const dy = position.y - prop.y;
    const reach = prop.radius + bodyRadius;
    const squared = dx * dx + dy * dy;
    if (squared >= reach * reach) continue;
    const distance = Math.sqrt(squared);
    if (distance === 0) position.x = prop.x + reach;
    else position.set(prop.x + (dx / distance) * reach, prop.y + (dy / distance) * reach, position.z);
  }
}

/** Two roads cross the meadow and wind a little: how far the nearer one's middle is. */
export function metresFromRoad(x: number, y: number): number {
  return Math.min(Math.abs(y - winding(x)), Math.abs(x - winding(y)));
}

function winding(along: number): number {
  return Math.sin(along / 23) * 6 * Math.min(1, Math.max(0, (Math.abs(along) - 14) / 50));
}

const CELL = 32;
const NONE: readonly Prop[] = [];
/** Props by cell of each scenery; a prop stands in every cell that it or somebody beside it can touch. */
const cellsOf = sceneries.map(({ props }) => {
  const cells = new Map<number, Prop[]>();
  for (const prop of props) {
    const reach = prop.radius + 2;
    for (let x = Math.floor((prop.x - reach) / CELL); x <= Math.floor((prop.x + reach) / CELL); x++) {
      for (let y = Math.floor((prop.y - reach) / CELL); y <= Math.floor((prop.y + reach) / CELL); y++) {
        const key = x * 1000 + y;
        cells.set(key, [...(cells.get(key) ?? []), prop]);
      }
    }
  }
  return cells;
});

function propsNear(scenery: number, at: Position): readonly Prop[] {
  return cellsOf[scenery]?.get(Math.floor(at.x / CELL) * 1000 + Math.floor(at.y / CELL)) ?? NONE;
}

/** Woods and clearings: seeded, so that every server and every browser grows the same ones. */
function growMeadow(): Prop[] {
  const prng = Prng.fromSeed("meadow");
  const grown: Prop[] = [];
  for (let tries = 0; tries < 9_000 && grown.length < 1_300; tries++) {
    const x = prng.int(-1_960, 1_960) / 10;
    const y = prng.int(-1_960, 1_960) / 10;
    const wood = woodAt(x, y);
    if (prng.float() > wood || metresFromRoad(x, y) < 5.5 || Math.hypot(x, y) < PLAZA_RADIUS) continue;
    if (ponds.some((pond) => Math.hypot(pond.x - x, pond.y - y) < pond.radius + 4)) continue;
    const apart = wood > 0.6 ? 3.4 : 6;
    if (grown.some((other) => Math.hypot(other.x - x, other.y - y) < apart)) continue;
    grown.push(plant(prng.pick(wood > 0.6 ? woodKinds : meadowKinds), x, y, prng));
  }
  return grown;
}

/** How thick the wood is, 0 to 1; thick at the edges of the world. */
function woodAt(x: number, y: number): number {
  const waves = Math.sin(x / 38 + 1.3) * Math.sin(y / 33 - 0.7) + 0.5 * Math.sin((x + y) / 21);
  const edge = Math.max(0, Math.max(Math.abs(x), Math.abs(y)) - 165) / 35;
  return Math.min(1, Math.max(0.12, 0.2 + waves * 0.8, edge));
}

function plant(kind: PropKind, x: number, y: number, prng: Prng): Prop {
  const size = 0.8 + prng.float() * 0.5;
  const radius = kind === "bush" ? 0 : kind === "rock" ? 1.3 * size : 0.7 * size;
  return { kind, x, y, radius, size };
}

function furnishCellar(): Prop[] {
  const prng = Prng.fromSeed("cellar");
  const props: Prop[] = [];
  for (const x of [-18, -6, 6, 18]) {
    for (const y of [-18, -6, 6, 18]) props.push({ kind: "pillar", x, y, radius: 1.2, size: 1 });
  }
  for (const [x, y] of [
    [-29, -29],
    [29, -29],
    [-29, 29],
    [29, 29],
    [0, -29.4],
    [0, 29.4],
  ] as const) {
    props.push({ kind: "torch", x, y, radius: 0, size: 1 });
  }
  for (let i = 0; i < 18; i++) {
    const along = prng.int(-25, 25);
    const wall = prng.pick([-27, 27]);
    const [x, y] = i % 2 === 0 ? [along, wall] : [wall, along];
    props.push({ kind: "barrel", x, y, radius: 0.8, size: 0.9 + prng.float() * 0.3 });
  }
  return props;
}
