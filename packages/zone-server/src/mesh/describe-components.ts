import { hash32 } from "@ows/base";
import { type Component, describeFields, type Game } from "@ows/game";
import type { ComponentDescription } from "@ows/protocol/mesh";

/** Every component of the game, as a Hello names them. Nobody decides by that yet: one mesh instance runs one build. */
export function describeComponents(game: Game): ComponentDescription[] {
  const components = new Map<string, Component>();
  for (const entityClass of game.definition.classes) {
    for (const [name, component] of Object.entries(entityClass.components)) components.set(name, component);
  }
  return Array.from(components, ([name, component]) => {
    const fields = describeFields(component.fields);
    return { name, fields, hash: hash32([name, component.seenBy, ...fields].join(" ")) };
  });
}
