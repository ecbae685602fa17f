import type { Json } from "@ows/game";

/** What the game tells its players, by the names it uses in `ctx.emit` and `ctx.tell`. */
export type GameEvent =
  | { readonly kind: "hurt"; readonly who: number; readonly by: number; readonly amount: number }
  | { readonly kind: "fell"; readonly who: number }
  | { readonly kind: "popped"; readonly who: number }
  | { readonly kind: "swing"; readonly who: number; readonly yaw: number }
  | { readonly kind: "say"; readonly who: number; readonly name: string; readonly line: string }
  | { readonly kind: "reward"; readonly gold: number };

/** `undefined` for what this page does not show. */
export function readGameEvent(name: string, data: Json): GameEvent | undefined {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const members = new Map<string, unknown>(Object.entries(data));
  const number = (key: string) => Number(members.get(key) ?? 0);
  switch (name) {
    case "hurt":
      return { kind: "hurt", who: number("who"), by: number("by"), amount: number("amount") };
    case "fell":
    case "popped":
      return { kind: name, who: number("who") };
    case "swing":
      return { kind: "swing", who: number("who"), yaw: number("yaw") };
    case "say":
      return { kind: "say", who: number("who"), name: String(members.get("name")), line: String(members.get("line")) };
    case "reward":
      return { kind: "reward", gold: number("gold") };
    default:
      return undefined;
  }
}
