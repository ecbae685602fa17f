import type { Components } from "./component.ts";
import type { Context, Json } from "./context.ts";
import type { Entity } from "./entity.ts";
import type { Fields, ValuesOf } from "./field.ts";

/** Arguments of each call, by name. */
export type CallFields = Readonly<Record<string, Fields>>;

/** A kind of entity. Made by `defineClass`; carries no state of its own. */
export interface EntityClass<C extends Components = Components> {
  readonly name: string;
  readonly components: C;
  /** Metres per second; a move that is faster is refused and corrected. */
  readonly maxSpeed: number;
  readonly calls: CallFields;
  readonly onCall: Readonly<Record<string, CallHandler<C>>>;
  readonly timers: Readonly<Record<string, TimerHandler<C>>>;
}

/** What a call answers; `undefined` reaches the caller as null. */
export type CallResult = Json | undefined;

// Method syntax, so that a class of certain components is also a class of any components.
export type CallHandler<C extends Components> = {
  handle(me: Entity<C>, args: Readonly<Record<string, never>>, ctx: Context): CallResult | Promise<CallResult>;
}["handle"];
export type TimerHandler<C extends Components> = { handle(me: Entity<C>, ctx: Context): void }["handle"];

export type ClassDefinition<C extends Components, A extends CallFields> = {
  readonly components: C;
  readonly maxSpeed?: number;
  /** What may be asked of this class, and with what arguments: `hurt: { by: ref, amount: u8 }`. */
  readonly calls?: A;
  /** Runs where the entity lives; whoever called need not know where that is. */
  readonly onCall?: {
    readonly [K in keyof A]: (me: Entity<C>, args: ValuesOf<A[K]>, ctx: Context) => CallResult | Promise<CallResult>;
  };
  /** Runs when `ctx.after(ms, "<name>", me)` is due. */
  readonly timers?: Readonly<Record<string, (me: Entity<C>, ctx: Context) => void>>;
};

/** Declares a kind of entity. The name and the components' keys are what other builds of the game know it by. */
export function defineClass<C extends Components, A extends CallFields = Record<never, never>>(
  name: string,
  definition: ClassDefinition<C, A>,
): EntityClass<C> {
  return {
    name,
    components: definition.components,
    maxSpeed: definition.maxSpeed ?? Number.POSITIVE_INFINITY,
    calls: definition.calls ?? {},
    onCall: (definition.onCall ?? {}) as EntityClass<C>["onCall"],
    timers: definition.timers ?? {},
  };
}
