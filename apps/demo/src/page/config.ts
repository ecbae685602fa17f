/** What the page must know to find the game's services; management serves it beside the page. */
export type PageConfig = { readonly publicApiUrl: string; readonly customerGuid: string };

/** Reads `config.json` beside the page. Throws an error whose message is for the player. */
export async function loadConfig(): Promise<PageConfig> {
  const response = await fetch("./config.json", { cache: "no-store" }).catch(() => undefined);
  if (response === undefined) throw new Error("The server that serves this page can't be reached.");
  if (!response.ok) throw new Error(`The page's configuration is missing (config.json: ${response.status}).`);
  const found: unknown = await response.json().catch(() => undefined);
  if (!isConfig(found)) throw new Error("The page's configuration (config.json) is not what it should be.");
  return found;
}

function isConfig(value: unknown): value is PageConfig {
  if (typeof value !== "object" || value === null) return false;
  return (
    "publicApiUrl" in value &&
    typeof value.publicApiUrl === "string" &&
    "customerGuid" in value &&
    typeof value.customerGuid === "string"
  );
}
