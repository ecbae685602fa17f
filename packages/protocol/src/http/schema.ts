import { type TSchema, Type } from "typebox";

/** The value kinds of the HTTP contract. `format` is what the binder and OpenAPI tell integers and texts apart by. */
export const int16 = Type.Integer({ format: "int16" });
export const int32 = Type.Integer({ format: "int32" });
export const int64 = Type.Integer({ format: "int64" });
export const uint8 = Type.Integer({ format: "uint8" });
export const float32 = Type.Number({ format: "float" });
export const float64 = Type.Number({ format: "double" });
export const flag = Type.Boolean();
/** 36 characters with dashes, lower case once bound. A missing one is the all-zero GUID. */
export const guid = Type.String({ format: "uuid" });
/** `2024-03-05T10:11:12.123`: at most three fraction digits and no zone, see `dotnetDate`. */
export const dateTime = Type.String({ format: "date-time" });
/** A text that our own endpoints insist on: missing or null is refused. */
export const requiredText = Type.String();
/** OWS texts are nullable everywhere, and null when missing. */
export const text = nullable(Type.String());
export const nullableGuid = nullable(guid);
export const nullableInt32 = nullable(int32);
export const nullableDateTime = nullable(dateTime);

export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** What a JSON Schema of this table may say; the walkers in this folder read schemas through it. */
export type SchemaNode = {
  readonly type?: string;
  readonly format?: string;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  /** Other names a request may use for this member. */
  readonly aliases?: readonly string[];
};

/** Splits "X or null" into X and whether null is allowed. */
export function unwrapNullable(schema: SchemaNode): { readonly inner: SchemaNode; readonly isNullable: boolean } {
  if (schema.anyOf === undefined) return { inner: schema, isNullable: schema.type === "null" };
  const inner = schema.anyOf.find((option) => option.type !== "null") ?? schema;
  return { inner, isNullable: schema.anyOf.some((option) => option.type === "null") };
}
