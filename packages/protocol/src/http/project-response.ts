import { AssertionError } from "@ows/base";
import { type SchemaNode, unwrapNullable } from "./schema.ts";

/**
 * What goes on the wire: exactly the schema's members, in the schema's order, nulls written. Members the schema does
 * not know stay behind, so a record with a password hash in it can't leak. A value that does not fit is a bug of the
 * handler and throws.
 */
export function projectResponse(schema: SchemaNode, value: unknown, path = "$"): unknown {
  const { inner, isNullable } = unwrapNullable(schema);
  if (value === null || value === undefined) {
    if (isNullable) return null;
    throw misfit(path, inner, value);
  }
  if (inner.type === "array") return projectArray(inner, value, path);
  if (inner.type === "object" && inner.properties !== undefined) return projectObject(inner, value, path);
  if (!fits(inner, value)) throw misfit(path, inner, value);
  return value;
}

function projectArray(schema: SchemaNode, value: unknown, path: string): unknown {
  if (!Array.isArray(value)) throw misfit(path, schema, value);
  return value.map((item, index) => projectResponse(schema.items ?? {}, item, `${path}[${index}]`));
}

function projectObject(schema: SchemaNode, value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) throw misfit(path, schema, value);
  const members = new Map(Object.entries(value));
  const projected: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const isOptional = !(schema.required ?? []).includes(name);
    if (isOptional && !members.has(name)) continue;
    projected[name] = projectResponse(member, members.get(name), `${path}.${name}`);
  }
  return projected;
}

function fits(schema: SchemaNode, value: unknown): boolean {
  switch (schema.type) {
    case "string":
    case "boolean":
      return typeof value === schema.type;
    case "number":
      return Number.isFinite(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return true;
  }
}

function misfit(path: string, schema: SchemaNode, value: unknown): AssertionError {
  const got = value === null ? "null" : typeof value === "number" ? String(value) : typeof value;
  return new AssertionError(`answer ${path} should be ${schema.type ?? "a value"}, is ${got}`);
}
