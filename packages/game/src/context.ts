import type { EntityId, Prng } from "@ows/base";
import type { Components } from "./component.ts";
import type { EntityClass } from "./define-class.ts";
import type { AnyEntity, Entity, SeenEntity } from "./entity.ts";
import type { FieldValue, ValuesOf } from "./field.ts";
import type { Position } from "./vector.ts";

/** Plain data, as JSON carries it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Why a call has no result. `unknown` means it may or may not have been applied: calls are never sent twice. */
export type CallFailure = "gone" | "no-such-call" | "bad-arguments" | "failed" | "unavailable" | "unknown";

export type CallOutcome =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly reason: CallFailure };

/** The ground of one zone, in metres. */
export type Bounds = { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };

export type ZoneInfo = { readonly name: string; readonly bounds: Bounds };

export type SpawnOptions<C extends Components> = {
  /** Where; clamped into the zone. */
  readonly at: Position;
  readonly yaw?: number;
} & { readonly [K in keyof C]?: Partial<ValuesOf<C[K]["fields"]>> };

/** What game code may do besides writing to `me`. Valid during the handler it is given to and after its awaits. */
export interface Context {
  /** Number of the tick being simulated. */
  readonly tick: number;
  /** Length of a tick in seconds. */
  readonly dt: number;
  /** Random numbers whose state is part of the entity: they continue on whatever server it lives. */
  readonly random: Prng;
  readonly zone: ZoneInfo;
  /** Makes an entity here, at once. Throws `SpawnRefused` when the server is out of room or ids. */
  spawn<C extends Components>(entityClass: EntityClass<C>, options: SpawnOptions<C>): Entity<C>;
  /** Removes an entity that lives here, at the end of the tick. */
  despawn(entity: AnyEntity): void;
  /** An entity within the game's view radius of `me` (or of anywhere, in a system without `me`). */
  see(ref: EntityId): SeenEntity | undefined;
  /** Entities within `radius` metres, `me` excepted, in no particular order. */
  near(radius: number): readonly SeenEntity[];
  /** Runs `onCall.<name>` of the entity wherever it lives, at most once. Never throws. */
  call(ref: EntityId, name: string, args: Readonly<Record<string, FieldValue>>): Promise<CallOutcome>;
  /** Tells every player within `radius` metres of `at`. Data of at most 1 KB as JSON. */
  emit(event: string, data: Json, where: { readonly at: Position; readonly radius: number }): void;
  /** Tells every player in the zone, on whatever server. Data of at most 1 KB as JSON. */
  broadcast(event: string, data: Json): void;
  /** Tells the player of one entity. Data of at most 1 KB as JSON. */
  tell(entity: AnyEntity | EntityId, event: string, data: Json): void;
  /** Runs `timers.<name>` of `me` after `ms` milliseconds; setting it again moves it. Timers are data and travel with the entity. */
  after(ms: number, name: string, me: AnyEntity): void;
  cancel(name: string, me: AnyEntity): void;
  /** Moves without passing through the ground between; not limited by `maxSpeed`. */
  teleport(me: AnyEntity, to: Position): void;
  /** A named place of the zone; without a name the zone's first. Falls back to the middle. */
  spawnPoint(name?: string): Position;
  /** Saves position and saved components of a player's entity now instead of at the next period. */
  save(me: AnyEntity): void;
}
