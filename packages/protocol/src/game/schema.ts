import { hash32 } from "@ows/base";
import type { Components } from "@ows/game";
import { type Component, describeFields, type EntityClass, type Fields, type Game, type InputFields } from "@ows/game";

/** One component of a class, with its place in the class's component mask. */
export type ComponentSlot = { readonly name: string; readonly component: Component; readonly bit: number };

/** One class as the wire sees it. `index` is its number in messages. */
export type ClassSchema = {
  readonly index: number;
  readonly entityClass: EntityClass;
  /** What everybody near receives, in wire order. */
  readonly near: readonly ComponentSlot[];
  /** What the owner receives: near and owner components, in wire order. */
  readonly own: readonly ComponentSlot[];
};

export type InputSchema = { readonly index: number; readonly name: string; readonly fields: Fields };

/** What both ends of a game link must agree on; `hash` is compared when a client attaches. */
export type GameSchema = {
  readonly classes: readonly ClassSchema[];
  readonly inputs: readonly InputSchema[];
  readonly hash: number;
};

export function schemaOf<C extends Components, I extends InputFields>(game: Game<C, I>): GameSchema {
  const classes = game.definition.classes.map((entityClass, index): ClassSchema => {
    const all = Object.entries(entityClass.components).map(([name, component], bit) => ({ name, component, bit }));
    return {
      index,
      entityClass,
      near: all.filter((slot) => slot.component.seenBy === "near"),
      own: all.filter((slot) => slot.component.seenBy !== "server"),
    };
  });
  const inputs = Object.entries(game.definition.inputs).map(([name, fields], index) => ({ index, name, fields }));
  return { classes, inputs, hash: hash32(describe(classes, inputs, game.definition.tickHz)) };
}

function describe(classes: readonly ClassSchema[], inputs: readonly InputSchema[], tickHz: number): string {
  const classLines = classes.map(
    ({ entityClass, own }) =>
      `${entityClass.name}(${own.map((s) => `${s.name}:${s.component.seenBy}[${describeFields(s.component.fields)}]`)})`,
  );
  return [tickHz, ...classLines, ...inputs.map((i) => `${i.name}[${describeFields(i.fields)}]`)].join(";");
}
