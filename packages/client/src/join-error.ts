/**
 * What stands between a player and the world. `sign-in`, `character` and `incompatible` need the player or a new
 * build; the others may pass by themselves.
 */
export type JoinFailure = "unreachable" | "no-server" | "refused" | "sign-in" | "character" | "incompatible";

/** A failed way into the world, with words for a person. */
export class JoinError extends Error {
  override readonly name = "JoinError";
  readonly failure: JoinFailure;

  constructor(failure: JoinFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }

  /** True when the same attempt may succeed a little later. */
  get mayPass(): boolean {
    return this.failure === "unreachable" || this.failure === "no-server" || this.failure === "refused";
  }
}
