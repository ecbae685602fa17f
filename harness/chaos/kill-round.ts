import { callEndpoint, management } from "@ows/protocol/http";
import { machineClock } from "../bench/machine-clock.ts";
import type { DevStack } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { type Border, type MeshView, meshOf } from "./border.ts";
import { Commuter } from "./commuter.ts";
import { deedOf, forgetDeed, order } from "./doom.ts";
import { inspectServer } from "./inspect-server.ts";
import type { Fault, KillPoint } from "./kill-scene.ts";

/** What came of one fault. */
export type KillResult = {
  /** In words, as the table counts them. */
  readonly outcome: string;
  /** From the fault until an input that was made after it had been applied. */
  readonly playsOnAfterMs: number;
  /** Inputs that the client must give up: what was confirmed died with its server. */
  readonly lostInputs: number;
  /** Broken promises. */
  readonly wrong: readonly string[];
};

type Point = { readonly x: number; readonly y: number };
type Way = { readonly from: Point; readonly to: Point; readonly source: number; readonly target: number };

/** Where it starts, before the border, and where it walks to, behind it, in metres. */
const BEFORE = 7;
const BEHIND = 9;
/** So far from the ends of a border it is crossed, where it is long enough. */
const CLEARANCE = 14;
/** Nearer than that it goes slowly, so that nobody is asked to take it yet. */
const SLOW_WITHIN = 40;
const SLOW = 20;
const PLAYS_ON_WITHIN_MS = 15_000;

/**
 * Lets a player walk over the nearest border while one of the two servers breaks at a point of the handoff. Answers
 * who has the player afterwards.
 */
export async function killRound(
  { dev, directory, player }: { readonly dev: DevStack; readonly directory: string; readonly player: Commuter },
  { point, fault, lastWords }: { readonly point: KillPoint; readonly fault: Fault; readonly lastWords: boolean },
): Promise<KillResult> {
  const { characterName, world } = player;
  const way = await nearestWay(dev, player);
  await approach(dev, player, way);
  const [ref, lost] = [player.ref, world.stats.lostInputs];
  const victim = fault === "target killed" ? way.target : way.source;
  const role = fault === "target killed" ? "target" : "source";
  const deed = fault === "link cut" ? "cut" : "die";
  await order(directory, victim, { entity: ref, role, point, deed, lastWords });
  const walk = player.goTo(way.to.x, way.to.y).catch(() => {});
  const atMs = await waitUntil(`${point}: ${fault}`, () => deedOf(directory, victim));
  forgetDeed(directory, victim);
  const mark = player.mark();
  await waitUntil(
    `${characterName} plays on`,
    () => player.ref !== ref || world.me?.entity.Trace.last === undefined || world.me.entity.Trace.last >= mark,
    PLAYS_ON_WITHIN_MS,
  );
  const isAnew = player.ref !== ref;
  const playsOnAfterMs = machineClock.nowMs() - atMs;
  if (!isAnew) await walk;
  const owner = await soleOwner(dev, characterName, fault === "link cut" ? undefined : victim);
  const place = owner === way.source ? "source" : owner === way.target ? "target" : `server ${owner}`;
  const wrong = isAnew ? [] : mistakesOf(player);
  return {
    outcome: isAnew ? `comes in anew at the ${place}` : `plays on at the ${place}`,
    playsOnAfterMs,
    lostInputs: world.stats.lostInputs - lost,
    wrong,
  };
}

/** Goes to where the way begins; done when it stands there and nobody is asked to take it. */
async function approach(dev: DevStack, player: Commuter, { from, source }: Way): Promise<void> {
  const { characterName, world } = player;
  const at = world.me?.position ?? from;
  const away = distance(at, from);
  if (away > SLOW_WITHIN) {
    const share = (away - SLOW_WITHIN) / away;
    await player.goTo(at.x + (from.x - at.x) * share, at.y + (from.y - at.y) * share);
  }
  await player.goTo(from.x, from.y, SLOW);
  await waitUntil(`${characterName} stands at its source`, async () => {
    const open = (await meshOf(dev))?.openHandoffs ?? [];
    return world.server?.zoneInstanceId === source && !open.some((handoff) => handoff.characterName === characterName);
  });
}

/** Enters with an account of its own. */
export function enterPlayer(dev: DevStack, name: string): Promise<Commuter> {
  const nowhere: Border = { x: Number.NaN, west: 0, east: 0 };
  return Commuter.enter(dev, name, nowhere);
}

function mistakesOf({ world, marks }: Commuter): string[] {
  const { me, stats } = world;
  if (me === undefined) return ["it is not in the world"];
  const { moves, marks: applied, mistakes } = me.entity.Trace;
  if (stats.lostInputs > 0) return [];
  const wrong: string[] = [];
  if (mistakes > 0) wrong.push(`${mistakes} marks out of order`);
  if (applied !== marks) wrong.push(`${applied} of ${marks} marks were applied`);
  if (moves + applied !== stats.appliedInputs) {
    wrong.push(`${moves + applied} inputs were counted, ${stats.appliedInputs} were acknowledged`);
  }
  return wrong;
}

/** The one living server that has the character. Throws when, in the end, none has it or more than one. */
async function soleOwner(dev: DevStack, characterName: string, dead: number | undefined): Promise<number> {
  const { management: baseUrl, customerGuid } = dev;
  let owners: number[] = [];
  const look = async () => {
    const { instances } = await callEndpoint(management.overview, { baseUrl, customerGuid });
    const living = instances.filter(({ zoneInstanceId, port }) => zoneInstanceId !== dead && port > dev.portBase);
    const looks = await Promise.all(living.map((server) => inspectServer(dev, server)));
    owners = looks.flatMap((seen) =>
      seen?.players.some(({ name }) => name === characterName) ? [seen.zoneInstanceId] : [],
    );
    return owners.length === 1;
  };
  await waitUntil(`${characterName} has one owner`, look).catch(() => {
    throw new Error(`${characterName} is owned by ${owners.length} servers: ${owners.join(", ")}`);
  });
  return owners[0] as number;
}

/** Straight over the border that is nearest to the player, from the ground of its server to that of another. */
async function nearestWay(dev: DevStack, player: Commuter): Promise<Way> {
  return waitUntil("there is a border to cross", async () => {
    const source = player.world.server?.zoneInstanceId;
    const at = player.world.me?.position;
    const mesh = await meshOf(dev);
    if (source === undefined || at === undefined || mesh === undefined) return undefined;
    // Whoever stands on another's ground is about to be handed to it.
    if (!mesh.areas.some((area) => area.zoneInstanceId === source && isOn(area, at))) return undefined;
    const ways = mesh.areas
      .filter((area) => area.zoneInstanceId === source)
      .flatMap((area) => waysFrom(area, mesh, at));
    return ways.sort((a, b) => distance(a.from, at) - distance(b.from, at))[0];
  });
}

type Area = MeshView["areas"][number];

function isOn({ minX, minY, maxX, maxY }: Area, { x, y }: Point): boolean {
  return x >= minX && x <= maxX && y >= minY && y <= maxY;
}

function waysFrom(own: Area, { areas }: MeshView, at: Point): Way[] {
  const source = own.zoneInstanceId;
  return areas
    .filter(({ zoneInstanceId }) => zoneInstanceId !== source)
    .flatMap((other): Way[] => {
      const target = other.zoneInstanceId;
      const y = within(at.y, Math.max(own.minY, other.minY), Math.min(own.maxY, other.maxY));
      const x = within(at.x, Math.max(own.minX, other.minX), Math.min(own.maxX, other.maxX));
      const east = own.maxX === other.minX ? 1 : own.minX === other.maxX ? -1 : 0;
      const north = own.maxY === other.minY ? 1 : own.minY === other.maxY ? -1 : 0;
      if (east !== 0 && y !== undefined) {
        const border = east > 0 ? own.maxX : own.minX;
        return [{ from: { x: border - east * BEFORE, y }, to: { x: border + east * BEHIND, y }, source, target }];
      }
      if (north !== 0 && x !== undefined) {
        const border = north > 0 ? own.maxY : own.minY;
        return [{ from: { x, y: border - north * BEFORE }, to: { x, y: border + north * BEHIND }, source, target }];
      }
      return [];
    });
}

/** The value nearest to `value` that keeps clear of both ends, or as clear as can be; `undefined` when they do not meet. */
function within(value: number, min: number, max: number): number | undefined {
  const clearance = Math.min(CLEARANCE, (max - min) / 2);
  return clearance <= 0 ? undefined : Math.min(max - clearance, Math.max(min + clearance, value));
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
