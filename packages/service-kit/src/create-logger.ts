import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger of JSON lines that belongs to its caller alone: several services may share a process. */
export function createLogger(options: {
  readonly name: string;
  readonly level: LogLevel;
  /** Standard output when not given. */
  readonly destination?: DestinationStream;
}): Logger {
  const fields = {
    level: options.level,
    base: { service: options.name },
    redact: ["password", "*.password", "passwordHash", "credential", "*.credential", "secret"],
  };
  return options.destination === undefined ? pino(fields) : pino(fields, options.destination);
}

/** For tests and tools that want no log at all. */
export function silentLogger(): Logger {
  return pino({ level: "silent" });
}
