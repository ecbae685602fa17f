import type { EntityId } from "@ows/base";
import type { Component, Components } from "./component.ts";
import type { ValuesOf } from "./field.ts";
import type { Position, Vector } from "./vector.ts";

/** What every entity has, whatever its class. */
export interface AnyEntity {
  /** Names this entity in every process, for ever. Keep this across ticks, never the object. */
  readonly ref: EntityId;
  readonly className: string;
  readonly position: Vector;
  /** Metres per second. */
  readonly velocity: Vector;
  /** Heading in radians, counter-clockwise from +x. */
  yaw: number;
  /** True as long as the entity exists here. */
  readonly alive: boolean;
  /** Metres between the two. */
  distanceTo(other: { readonly position: Position }): number;
}

/** An entity of a class with these components: `me.Health.now`. */
export type Entity<C extends Components = Components> = AnyEntity & {
  readonly [K in keyof C]: C[K] extends Component<infer F> ? ValuesOf<F> : never;
};

/** Somebody else's entity: to look at, not to write to. Ask it to change by `ctx.call`. */
export type SeenEntity = {
  readonly ref: EntityId;
  readonly className: string;
  readonly position: Position;
  readonly velocity: Position;
  readonly yaw: number;
  readonly alive: boolean;
  distanceTo(other: { readonly position: Position }): number;
  /** The values of a component, or `undefined` when its class has no such component. */
  get<F extends Component["fields"]>(component: Component<F>): Readonly<ValuesOf<F>> | undefined;
};
