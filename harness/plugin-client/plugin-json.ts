/**
 * Writes a body as the Unreal plugin does: first letter lower case, every "ID" as "Id" (also inside "GUID"), pretty
 * printed with tabs.
 */
export function pluginJson(body: unknown): string {
  return JSON.stringify(respell(body), null, "\t").replaceAll("\n", "\r\n");
}

/** Looks a field up as the plugin does: without regard to case. */
export function field(object: unknown, name: string): unknown {
  if (typeof object !== "object" || object === null) return undefined;
  const wanted = name.toLowerCase();
  return Object.entries(object).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** A string getter that also takes numbers; missing and null are the empty string. */
export function stringField(object: unknown, name: string): string {
  const value = field(object, name);
  return value === undefined || value === null ? "" : String(value);
}

function respell(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(respell);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      (key[0] ?? "").toLowerCase() + key.slice(1).replaceAll("ID", "Id"),
      respell(inner),
    ]),
  );
}
