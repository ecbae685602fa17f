import { StoreError, type StoreErrorCode } from "../errors.ts";

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CONSTRAINT = 19;
const SQLITE_CONSTRAINT_UNIQUE = 2067;
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;

/** Translates an extended SQLite result code; 0 stands for none. */
export function sqliteError(sqliteCode: number, message: string): StoreError {
  return new StoreError(codeOf(sqliteCode), `SQLite: ${message}`);
}

function codeOf(sqliteCode: number): StoreErrorCode {
  if (sqliteCode === SQLITE_CONSTRAINT_UNIQUE || sqliteCode === SQLITE_CONSTRAINT_PRIMARYKEY) return "unique";
  // The low byte is the primary code.
  switch (sqliteCode & 0xff) {
    case SQLITE_CONSTRAINT:
      return "constraint";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "busy";
    default:
      return "failed";
  }
}
