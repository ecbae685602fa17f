import type { Fields } from "./field.ts";

/**
 * Who receives a component: everybody who sees the entity (`near`), only its own player (`owner`),
 * or nobody outside the servers (`server`).
 */
export type Relevance = "near" | "owner" | "server";

/** A named group of fields that entities of a class have. Its name is its key in `defineClass`. */
export type Component<F extends Fields = Fields> = {
  readonly fields: F;
  readonly seenBy: Relevance;
  /** Kept in the character's custom data, as one JSON object under the component's name. */
  readonly saved: boolean;
};

export type Components = Readonly<Record<string, Component>>;

/** `const Health = component({ now: u16, max: u16 })`; without options everybody near sees it and it is not saved. */
export function component<F extends Fields>(
  fields: F,
  options: { readonly seenBy?: Relevance; readonly saved?: boolean } = {},
): Component<F> {
  return { fields, seenBy: options.seenBy ?? "near", saved: options.saved ?? false };
}
