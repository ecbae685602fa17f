declare const brand: unique symbol;

/** A moment as the database holds it; only a `ValueCodec` makes and reads one. */
export type DbTime = string & { readonly [brand]: "time" };

/** A truth value as the database holds it; only a `ValueCodec` makes and reads one. */
export type DbBool = (number | boolean) & { readonly [brand]: "bool" };

/** The one place where moments and truth values change between records and rows. */
export interface ValueCodec {
  time(ms: number): DbTime;
  readTime(value: DbTime): number;
  bool(value: boolean): DbBool;
  readBool(value: DbBool): boolean;
}

/** Null stays null. */
export function readTimeOrNull(values: ValueCodec, value: DbTime | null): number | null {
  return value === null ? null : values.readTime(value);
}
