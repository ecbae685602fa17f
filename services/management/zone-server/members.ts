/** What a zone server sent is not an inspection. */
export class InspectionError extends Error {
  override readonly name = "InspectionError";
}

export type Members = Readonly<Record<string, unknown>>;

export function record(value: unknown, name: string): Members {
  if (typeof value === "object" && value !== null) return value as Members;
  throw new InspectionError(`${name} should be an object`);
}

export function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new InspectionError(`${name} should be a list`);
}

export function number(members: Members, name: string): number {
  return asNumber(members[name], name);
}

export function asNumber(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new InspectionError(`${name} should be a number`);
}

export function optionalNumber(members: Members, name: string): number | null {
  const value = members[name];
  return value === null || value === undefined ? null : asNumber(value, name);
}

export function text(members: Members, name: string): string {
  const value = members[name];
  if (typeof value === "string") return value;
  throw new InspectionError(`${name} should be a text`);
}
