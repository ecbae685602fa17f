const KEY = "ows-demo.stay";

/** Who plays in this tab: after a reload the page goes straight back. */
export type Stay = { readonly name: string };

export function recallStay(): Stay | undefined {
  try {
    const found: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    if (typeof found !== "object" || found === null || !("name" in found)) return undefined;
    return typeof found.name === "string" ? { name: found.name } : undefined;
  } catch {
    return undefined;
  }
}

export function rememberStay(stay: Stay | undefined): void {
  if (stay === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(stay));
}
