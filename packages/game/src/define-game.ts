import type { Components } from "./component.ts";
import type { Bounds, Context, ZoneInfo } from "./context.ts";
import type { EntityClass } from "./define-class.ts";
import type { AnyEntity, Entity } from "./entity.ts";
import type { Fields, ValuesOf } from "./field.ts";
import type { Position } from "./vector.ts";

/** Who joins: the character as it was saved. */
export type Player = {
  readonly characterName: string;
  readonly className: string;
  /** Metres in this zone, or `undefined` when the character was never here. */
  readonly savedPosition: Position | undefined;
  readonly savedYaw: number;
  /** Saved components by name: spread them into `ctx.spawn`. What does not fit the component any more is left out. */
  readonly saved: Readonly<Record<string, Readonly<Record<string, number | boolean | string>>>>;
};

export type InputFields = Readonly<Record<string, Fields>>;

/** Something that happens every tick for every entity of some classes. Made by `system`. */
export type System = {
  readonly each: readonly EntityClass[];
  readonly run: { handle(me: AnyEntity, ctx: Context): void }["handle"];
};

/** `regen: system([Wanderer], (me, ctx) => { … })` */
export function system<C extends Components>(
  each: readonly EntityClass<C>[],
  run: (me: Entity<C>, ctx: Context) => void,
): System {
  return { each: each as readonly EntityClass[], run: run as System["run"] };
}

export type ZoneDefinition = {
  readonly bounds: Bounds;
  readonly spawnPoints?: Readonly<Record<string, Position>>;
  /** Runs once, before the first player, on the server that starts this zone: spawns what the zone is born with. */
  readonly populate?: (ctx: Context, zone: ZoneInfo) => void;
};

export type GameDefinition<C extends Components, I extends InputFields> = {
  /** Ticks per second: 20 or 30 for most games. */
  readonly tickHz: number;
  /** How far a player sees, in metres. */
  readonly viewRadius: number;
  /** All classes that entities of this game can have; the order is part of the wire. */
  readonly classes: readonly EntityClass[];
  /** The class of the players' avatars: the type of `me` below. */
  readonly player: EntityClass<C>;
  /** Ground by zone name; `default` serves the zones that are not listed. */
  readonly zones: Readonly<Record<string, ZoneDefinition>> & { readonly default: ZoneDefinition };
  /** What a client may send, at most once per tick and kind where `predict` has it; the order is part of the wire. */
  readonly inputs: I;
  /** Makes the avatar of a player who arrives. */
  readonly join: (player: Player, ctx: Context) => Entity<C>;
  /** Runs when the player has left for good, just before the last save. */
  readonly leave?: (me: Entity<C>, ctx: Context) => void;
  /**
   * Moves the avatar: on the server and, ahead of it, in the client. A pure function of its arguments:
   * no context, no clock, no randomness. `dt` is in seconds.
   */
  readonly predict?: { readonly [K in keyof I]?: (me: Entity<C>, input: ValuesOf<I[K]>, dt: number) => void };
  /** Runs on the server, once per input, in the order the client sent them, after `predict` of the same input. */
  readonly onInput?: {
    readonly [K in keyof I]?: (me: Entity<C>, input: ValuesOf<I[K]>, ctx: Context) => void | Promise<void>;
  };
  readonly everyTick?: Readonly<Record<string, System>>;
};

/** A game, ready for a zone server or a client. */
export interface Game<C extends Components = Components, I extends InputFields = InputFields> {
  readonly definition: GameDefinition<C, I>;
}

/**
 * Declares a game. Throws `GameDefinitionError` naming the first thing that cannot work: a name used twice,
 * a handler without a declaration, a player class that is not among the classes.
 */
export function defineGame<C extends Components, I extends InputFields>(definition: GameDefinition<C, I>): Game<C, I> {
  const wrong = findMistake(definition);
  if (wrong !== undefined) throw new GameDefinitionError(wrong);
  return { definition };
}

export class GameDefinitionError extends Error {
  override readonly name = "GameDefinitionError";
}

function findMistake<C extends Components, I extends InputFields>(d: GameDefinition<C, I>): string | undefined {
  if (!(d.tickHz >= 1 && d.tickHz <= 120)) return `tickHz is ${d.tickHz}, expected 1 to 120`;
  if (!(d.viewRadius > 0)) return `viewRadius is ${d.viewRadius}, expected metres above 0`;
  if (!d.classes.includes(d.player)) return `the player class ${d.player.name} is not among the classes`;
  if (d.classes.length > 255) return `${d.classes.length} classes, at most 255 are allowed`;
  if (Object.keys(d.inputs).length > 255) return "more than 255 kinds of input";
  const componentOf = new Map<string, unknown>();
  const names = new Set<string>();
  for (const entityClass of d.classes) {
    if (names.has(entityClass.name)) return `two classes are named ${entityClass.name}`;
    names.add(entityClass.name);
    const components = Object.entries(entityClass.components);
    if (components.length > 24)
      return `${entityClass.name} has ${components.length} components, at most 24 are allowed`;
    for (const [name, component] of components) {
      const known = componentOf.get(name);
      if (known !== undefined && known !== component) return `two different components are named ${name}`;
      componentOf.set(name, component);
    }
    for (const name of Object.keys(entityClass.onCall)) {
      if (!(name in entityClass.calls)) return `${entityClass.name}.onCall.${name} has no declaration in calls`;
    }
  }
  for (const name of [...Object.keys(d.predict ?? {}), ...Object.keys(d.onInput ?? {})]) {
    if (!(name in d.inputs)) return `a handler for input ${name}, which inputs does not declare`;
  }
  return undefined;
}
