import type { Logger } from "@ows/service-kit";
import type { UserRepository } from "@ows/store";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type SessionExpiryOptions = {
  readonly users: Pick<UserRepository, "deleteSessionsOpenedBefore">;
  /** How old a session may become, in days; 0 for any age. */
  readonly sessionDays: number;
  readonly wallMs: () => number;
  readonly logger: Logger;
};

/**
 * Ends old sessions of every customer, at the start and then every hour. A failure is logged, and the next hour tries
 * again. Disposing it waits for the deletion that runs.
 */
export function expireSessions({ users, sessionDays, wallMs, logger }: SessionExpiryOptions): AsyncDisposable {
  if (sessionDays === 0) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  let running = Promise.resolve();
  const expire = () => {
    running = running.then(async () => {
      try {
        const ended = await users.deleteSessionsOpenedBefore(wallMs() - sessionDays * DAY_MS);
        if (ended > 0) logger.info({ ended, sessionDays }, "old sessions ended");
      } catch (error) {
        logger.error({ err: error }, "old sessions could not be ended");
      }
    });
  };
  expire();
  const timer = setInterval(expire, HOUR_MS);
  timer.unref();
  return {
    [Symbol.asyncDispose]: () => {
      clearInterval(timer);
      return running;
    },
  };
}
