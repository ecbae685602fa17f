import type { DevStack } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { borderOf, cornerOf, handedOff } from "./border.ts";
import { Commuter } from "./commuter.ts";

/** Who walked how, and how often its server changed. */
export type Line = {
  readonly name: string;
  readonly walkers: number;
  /** Ways there or back, or eighths of a round. */
  readonly legs: number;
  readonly handoffs: number;
  /** Of one walker within any second. */
  readonly mostPerSecond: number;
  readonly troubles: readonly string[];
};

export type BorderWalk = {
  readonly seconds: number;
  readonly lines: readonly Line[];
  /** Given away in that time by all servers, as they count themselves. */
  readonly handedOff: number;
};

type Point = { readonly x: number; readonly y: number };
type Path = { readonly name: string; readonly speed: number; readonly ways: readonly (readonly Point[])[] };

/** So far out of its server's ground an entity may be and stay. */
const HYSTERESIS_METRES = 5;
const STROLL_METRES = 2;
const CLOSE_METRES = 3;
const WIDE_METRES = 12;
const QUIET_MS = 2_000;

/**
 * Lets players walk on the lines between four servers for a while: to and fro over a border, around the corner within
 * the hysteresis and around it far beyond.
 */
export async function walkLines(dev: DevStack, seconds: number, each: number): Promise<BorderWalk> {
  const corner = await cornerOf(dev);
  const border = await borderOf(dev);
  const crews = await Promise.all(
    pathsAt(corner, each).map(async (path, i) => {
      const commuters: Commuter[] = [];
      for (const [k, way] of path.ways.entries()) {
        const commuter = await Commuter.enter(dev, `${NAMES[i]}${k}`, border);
        await commuter.goTo(way[0]?.x ?? 0, way[0]?.y ?? 0);
        commuters.push(commuter);
      }
      return { path, commuters };
    }),
  );
  try {
    const before = await quiet(dev);
    const startMs = performance.now();
    const endMs = startMs + seconds * 1000;
    const walked = await Promise.all(crews.map(({ path, commuters }) => walk(path, commuters, endMs)));
    const walkedMs = performance.now() - startMs;
    const given = (await quiet(dev)) - before;
    return { seconds: walkedMs / 1000, lines: walked.map((finish) => finish()), handedOff: given };
  } finally {
    await Promise.all(crews.flatMap(({ commuters }) => commuters.map((c) => c[Symbol.asyncDispose]())));
  }
}

const NAMES = ["Stroller", "Orbiter", "Rounder"];

function pathsAt(corner: Point, count: number): readonly Path[] {
  const each = <T>(make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const stroll = (i: number) => {
    const y = corner.y + (i % 2 === 0 ? 1 : -1) * (30 + 5 * i);
    return [-STROLL_METRES, STROLL_METRES].map((dx) => ({ x: corner.x + dx, y }));
  };
  return [
    { name: `${STROLL_METRES} m to either side of a border`, speed: 15, ways: each(stroll) },
    {
      name: `${CLOSE_METRES} m around a corner of four`,
      speed: 20,
      ways: each((i) => circle(corner, CLOSE_METRES, i)),
    },
    { name: `${WIDE_METRES} m around a corner of four`, speed: 100, ways: each((i) => circle(corner, WIDE_METRES, i)) },
  ];
}

function circle({ x, y }: Point, radius: number, shift: number): Point[] {
  return Array.from({ length: 8 }, (_, i) => {
    const angle = ((i + shift) / 8) * 2 * Math.PI;
    return { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
  });
}

/** Answers what gives the line's account, changes included that come when the walk is over. */
async function walk({ name, speed, ways }: Path, commuters: readonly Commuter[], endMs: number): Promise<() => Line> {
  const changes = commuters.map(changesOf);
  const legs = await Promise.all(
    commuters.map(async (commuter, i) => {
      const way = ways[i] ?? [];
      let done = 0;
      for (; performance.now() < endMs; done++) {
        const to = way[(done + 1) % way.length];
        await commuter.goTo(to?.x ?? 0, to?.y ?? 0, speed);
      }
      return done;
    }),
  );
  return () => ({
    name,
    walkers: commuters.length,
    legs: legs.reduce((total, count) => total + count, 0),
    handoffs: changes.flat().length,
    mostPerSecond: Math.max(...changes.map(mostWithinASecond)),
    troubles: commuters.flatMap(({ characterName, troubles }) => troubles.map((t) => `${characterName}: ${t}`)),
  });
}

/** When its server changes from now on. */
function changesOf(commuter: Commuter): number[] {
  const times: number[] = [];
  let known = commuter.crossings;
  commuter.world.on("snapshot", () => {
    for (; known < commuter.crossings; known++) times.push(performance.now());
  });
  return times;
}

function mostWithinASecond(times: readonly number[]): number {
  return Math.max(0, ...times.map((atMs) => times.filter((other) => other >= atMs && other < atMs + 1_000).length));
}

/** Handoffs so far, once none has come for a while. */
async function quiet(dev: DevStack): Promise<number> {
  let [count, sinceMs] = [await handedOff(dev), performance.now()];
  await waitUntil("handoffs have come to an end", async () => {
    const now = await handedOff(dev);
    if (now !== count) [count, sinceMs] = [now, performance.now()];
    return performance.now() - sinceMs > QUIET_MS;
  });
  return count;
}

/** What should not be; empty when the lines hold. */
export function thrashOf({ lines, handedOff }: BorderWalk): string[] {
  const [stroll, close, wide] = lines as [Line, Line, Line];
  const wrong = lines.flatMap(({ troubles }) => troubles);
  for (const line of [stroll, close]) {
    if (line.handoffs > 0) {
      wrong.push(`${line.name}: ${line.handoffs} handoffs within ${HYSTERESIS_METRES} m of the border, expected none`);
    }
  }
  if (wide.handoffs === 0) wrong.push(`${wide.name}: no handoffs, so nothing was tried`);
  // Two eighths of a round cross one border; where somebody stands at the end he may have changed hands or will.
  const borders = wide.legs / 2 + wide.walkers;
  if (wide.handoffs > borders) wrong.push(`${wide.name}: ${wide.handoffs} handoffs at ${borders} borders`);
  const seen = lines.reduce((total, { handoffs }) => total + handoffs, 0);
  if (handedOff !== seen) wrong.push(`servers count ${handedOff} handoffs, clients ${seen}`);
  return wrong;
}
