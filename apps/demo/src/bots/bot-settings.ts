export type BotSettings = { readonly url: string; readonly customer: string; readonly count: number };

const MOST_BOTS = 2_000;

/** Reads the environment; answers a text for the operator when something is missing or wrong. */
export function readBotSettings(env: Readonly<Record<string, string | undefined>>): BotSettings | string {
  const mistakes: string[] = [];
  const url = env.OWS_PUBLIC_API_URL ?? "";
  const customer = env.OWS_CUSTOMER_GUID ?? "";
  const count = Number(env.OWS_BOTS ?? 40);
  if (!URL.canParse(url)) mistakes.push("OWS_PUBLIC_API_URL is required: where public-api is, http://127.0.0.1:44302");
  if (customer === "") mistakes.push("OWS_CUSTOMER_GUID is required: the customer whose players the bots are");
  if (!Number.isInteger(count) || count < 0 || count > MOST_BOTS)
    mistakes.push(`OWS_BOTS=${env.OWS_BOTS}: expected a number of bots, 0 to ${MOST_BOTS}`);
  return mistakes.length > 0 ? `Bad configuration:\n  ${mistakes.join("\n  ")}` : { url, customer, count };
}
