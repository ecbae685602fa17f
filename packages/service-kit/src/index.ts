export { createLogger, LOG_LEVELS, type Logger, type LogLevel, silentLogger } from "./create-logger.ts";
export { createService, type HttpService, type ServiceOptions } from "./http/create-service.ts";
export { type KnownCustomers, knownCustomers } from "./http/known-customers.ts";
export { PortTakenError } from "./http/listen.ts";
export { openApiOf } from "./http/open-api.ts";
export { type Call, type Route, route } from "./http/route.ts";
export { type RunOptions, runUntilStopped } from "./life-cycle/run-until-stopped.ts";
export { Counter, Gauge, Histogram, processRegistry, Registry } from "./process-registry.ts";
export { type ErrorCode, ServiceError } from "./service-error.ts";
export { httpSettings, logLevel, serviceSecret } from "./settings/common-settings.ts";
export * as parse from "./settings/parsers.ts";
export { settingsHelp, settingsMarkdown } from "./settings/print-settings.ts";
export {
  readSettings,
  type Setting,
  SettingsError,
  type SettingsOf,
  type SettingsTable,
} from "./settings/read-settings.ts";
