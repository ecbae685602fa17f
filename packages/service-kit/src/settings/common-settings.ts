import { LOG_LEVELS, type LogLevel } from "../create-logger.ts";
import { boolean, integer, oneOf, port, secret, text } from "./parsers.ts";
import type { Setting } from "./read-settings.ts";

/** The settings every HTTP service has. `prefix` is its part of the variable names, such as `PUBLIC_API`. */
export function httpSettings(prefix: string, defaultPort: number) {
  return {
    host: { env: `OWS_${prefix}_HOST`, help: "Address to listen on", fallback: "127.0.0.1", parse: text },
    port: { env: `OWS_${prefix}_PORT`, help: "Port to listen on", fallback: defaultPort, parse: port },
    serviceSecret,
    logLevel,
    swagger: { env: "OWS_SWAGGER", help: "Serve the API's description at /swagger", fallback: true, parse: boolean },
    bodyLimitBytes: {
      env: "OWS_BODY_LIMIT_BYTES",
      help: "Largest request body",
      unit: "bytes",
      fallback: 1_048_576,
      parse: integer(1024, 1_073_741_824),
    },
    shutdownDeadlineMs: {
      env: "OWS_SHUTDOWN_DEADLINE_MS",
      help: "How long open requests may finish when the service stops",
      unit: "ms",
      fallback: 3000,
      parse: integer(0, 600_000),
    },
  } as const;
}

export const serviceSecret: Setting<string> = {
  env: "OWS_SERVICE_SECRET",
  help: "What services and launchers share to trust one another; never given to zone servers or clients",
  isSecret: true,
  parse: secret,
};

export const logLevel: Setting<LogLevel> = {
  env: "OWS_LOG_LEVEL",
  help: `Least serious log line that is written: ${LOG_LEVELS.join(", ")}`,
  fallback: "info",
  parse: oneOf(LOG_LEVELS),
};
