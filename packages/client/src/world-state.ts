import type { ClosedCode, JoinCause, LinkState } from "./reconnect.ts";

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
      return { phase: link.trouble.cause === "first" ? "connecting" : "reconnecting", message: wayIn(link.trouble) };
  }
}

function wayIn({ cause, attempt }: { readonly cause: JoinCause; readonly attempt: number }): string {
  switch (cause) {
    case "first":
      return attempt > 0 ? "Still trying…" : "Finding a server for you…";
    case "lost":
      return "The connection was lost. Bringing you back…";
    case "stopping":
      return "This server is stopping. Bringing you to another…";
    case "travel":
      return "On your way…";
  }
}
