import { EMPTY_GUID, isDashedGuid } from "./guid.ts";
import { type SchemaNode, unwrapNullable } from "./schema.ts";

/** What is wrong with a request, by the JSON path of each member: the `errors` of ValidationProblemDetails. */
export type BindingErrors = Record<string, string[]>;
export type Bound =
  | { readonly kind: "bound"; readonly value: unknown }
  | { readonly kind: "refused"; readonly errors: BindingErrors };

/**
 * Reads request JSON as ASP.NET's web defaults do: names without regard to case, quoted numbers, missing members as
 * defaults, unknown members ignored, booleans and texts only as themselves. The answer has exactly the schema's
 * members, under the schema's spelling.
 */
export function bindRequest(schema: SchemaNode, json: unknown): Bound {
  const errors: BindingErrors = {};
  const value = bindValue(schema, json, { path: "$", errors });
  return Object.keys(errors).length === 0 ? { kind: "bound", value } : { kind: "refused", errors };
}

type Place = { readonly path: string; readonly errors: BindingErrors };

function bindValue(schema: SchemaNode, json: unknown, place: Place): unknown {
  const { inner, isNullable } = unwrapNullable(schema);
  if (json === undefined) return isNullable ? null : defaultOf(inner, place);
  if (json === null) return isNullable ? null : refuse(place, `expected ${describe(inner)}, got null`);
  switch (inner.type) {
    case "object":
      return bindObject(inner, json, place);
    case "array":
      return bindArray(inner, json, place);
    case "integer":
    case "number":
      return bindNumber(inner, json, place);
    case "boolean":
      return typeof json === "boolean" ? json : refuse(place, expected(inner, json));
    case "string":
      return bindText(inner, json, place);
    default:
      return json;
  }
}

function bindObject(schema: SchemaNode, json: unknown, place: Place): unknown {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return refuse(place, expected(schema, json));
  const given = new Map<string, unknown>();
  for (const [name, value] of Object.entries(json)) given.set(name.toLowerCase(), value);
  const bound: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const key = [name, ...(member.aliases ?? [])]
      .map((spelling) => spelling.toLowerCase())
      .find((key) => given.has(key));
    const isOptional = !(schema.required ?? []).includes(name);
    if (key === undefined && isOptional) continue;
    bound[name] = bindValue(member, key === undefined ? undefined : given.get(key), {
      ...place,
      path: `${place.path}.${name}`,
    });
  }
  return bound;
}

function bindArray(schema: SchemaNode, json: unknown, place: Place): unknown {
  if (!Array.isArray(json)) return refuse(place, expected(schema, json));
  const most = schema.maxItems ?? Number.POSITIVE_INFINITY;
  if (json.length > most) return refuse(place, `expected at most ${most} items, got ${json.length}`);
  return json.map((item, index) => bindValue(schema.items ?? {}, item, { ...place, path: `${place.path}[${index}]` }));
}

const quotedInteger = /^[+-]?\d{1,20}$/;
const quotedNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function bindNumber(schema: SchemaNode, json: unknown, place: Place): unknown {
  const pattern = schema.type === "integer" ? quotedInteger : quotedNumber;
  const number = typeof json === "string" && pattern.test(json) ? Number(json) : json;
  if (typeof number !== "number" || !Number.isFinite(number)) return refuse(place, expected(schema, json));
  const [least, most] = rangeOf(schema);
  const fits = number >= least && number <= most && (schema.type === "number" || Number.isInteger(number));
  return fits ? number : refuse(place, expected(schema, json));
}

const integerRanges: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

function rangeOf(schema: SchemaNode): readonly [number, number] {
  const [least, most] = integerRanges[schema.format ?? ""] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return [schema.minimum ?? least, schema.maximum ?? most];
}

function bindText(schema: SchemaNode, json: unknown, place: Place): unknown {
  if (typeof json !== "string") return refuse(place, expected(schema, json));
  if (schema.format !== "uuid") return json;
  return isDashedGuid(json) ? json.toLowerCase() : refuse(place, expected(schema, json));
}

/** A missing member is .NET's default of its type; a missing object or required text has none. */
function defaultOf(schema: SchemaNode, place: Place): unknown {
  switch (schema.type) {
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    case "array":
      return [];
    case "string":
      return schema.format === "uuid" ? EMPTY_GUID : refuse(place, `expected ${describe(schema)}, got nothing`);
    default:
      return refuse(place, `expected ${describe(schema)}, got nothing`);
  }
}

function refuse(place: Place, message: string): undefined {
  place.errors[place.path] = [message];
  return undefined;
}

function expected(schema: SchemaNode, json: unknown): string {
  return `expected ${describe(schema)}, got ${excerpt(json)}`;
}

function describe(schema: SchemaNode): string {
  if (schema.type === "integer") return `a whole number (${schema.format ?? "safe integer"})`;
  if (schema.type === "string") return schema.format === "uuid" ? "a GUID of 36 characters" : "a text";
  if (schema.type === "number") return "a number";
  if (schema.type === "boolean") return "true or false";
  return `an ${schema.type ?? "object"}`;
}

function excerpt(json: unknown): string {
  const shown = JSON.stringify(json) ?? "nothing";
  return shown.length > 40 ? `${shown.slice(0, 40)}…` : shown;
}
