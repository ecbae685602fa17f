/** What .NET calls `Guid.Empty`: "no customer", "no session". */
export const EMPTY_GUID = "00000000-0000-0000-0000-000000000000";

const dashed = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const bare = /^[0-9a-f]{32}$/i;

/** The 36-character dashed form, the only one JSON members accept. */
export function isDashedGuid(value: string): boolean {
  return dashed.test(value);
}

/**
 * Reads a GUID header in any .NET text form (`N`, `D`, `B`, `P`) and answers the dashed lower-case form,
 * or `undefined` when it is none of them.
 */
export function parseGuidHeader(value: string | undefined): string | undefined {
  const trimmed = value?.trim() ?? "";
  const open = trimmed[0];
  const inner =
    (open === "{" && trimmed.endsWith("}")) || (open === "(" && trimmed.endsWith(")")) ? trimmed.slice(1, -1) : trimmed;
  if (dashed.test(inner)) return inner.toLowerCase();
  if (inner === trimmed && bare.test(inner)) return withDashes(inner.toLowerCase());
  return undefined;
}

function withDashes(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
