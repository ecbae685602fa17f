import type { Store } from "@ows/store";
import type { LoginBackoff } from "./passwords/login-backoff.ts";
import type { Passwords } from "./passwords/passwords.ts";

/** What the routes of public-api work with. */
export type PublicApiContext = {
  readonly store: Pick<Store, "ping" | "users" | "characters" | "zones">;
  readonly passwords: Passwords;
  readonly backoff: LoginBackoff;
  readonly joins: {
    readonly instanceManagementUrl: string;
    readonly timeoutMs: number;
  };
};
