export * from "./ports/index.ts";
export { StoreError, type StoreErrorCode } from "./errors.ts";
