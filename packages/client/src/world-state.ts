import type { ClosedCode, LinkState } from "./reconnect.ts";

/** Where the player is. `message` is for a person. */
export type WorldState =
  | { readonly phase: "connecting"; readonly message: string }
  | { readonly phase: "in-world"; readonly message: string }
  | { readonly phase: "reconnecting"; readonly message: string }
  /** Nothing more happens by itself; `world.retry()` tries again when `canRetry`. */
  | { readonly phase: "closed"; readonly message: string; readonly code: ClosedCode; readonly canRetry: boolean };

/** A world that could not be entered, with words for a person. */
export class WorldClosedError extends Error {
  override readonly name = "WorldClosedError";
  readonly code: ClosedCode;

  constructor(state: { readonly code: ClosedCode; readonly message: string }) {
    super(state.message);
    this.code = state.code;
  }
}

export function worldStateFrom(link: LinkState): WorldState {
  switch (link.phase) {
    case "in-world":
      return { phase: "in-world", message: "In the world." };
    case "closed":
      return { phase: "closed", message: link.message, code: link.code, canRetry: link.canRetry };
    case "joining":
    case "waiting":
      return link.trouble.wasInWorld
        ? { phase: "reconnecting", message: "The connection was lost. Bringing you back…" }
        : { phase: "connecting", message: link.trouble.attempt > 0 ? "Still trying…" : "Finding a server for you…" };
  }
}
