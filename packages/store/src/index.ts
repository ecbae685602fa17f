export type { SchemaProblem } from "./check-schema.ts";
export { StoreError, type StoreErrorCode } from "./errors.ts";
export * from "./ports/index.ts";
export { type SeedStep, seedDevelopment } from "./seed-development.ts";
export { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from "./sqlite/open-sqlite-store.ts";
