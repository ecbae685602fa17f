import { relative } from "node:path";
import type { ServiceUrls } from "./dev-environment.ts";
import type { DevOptions } from "./dev-options.ts";
import type { ReadyInstance } from "./wait-for-zone.ts";

export type ReadyFacts = {
  readonly options: DevOptions;
  readonly urls: ServiceUrls;
  readonly hasGamePage: boolean;
  /** Those of the home zone, at least one. */
  readonly zoneServers: readonly Pick<ReadyInstance, "zoneInstanceId" | "zoneName" | "url">[];
  readonly cwd: string;
  readonly seconds: number;
};

/** What stands on the console once everything runs: where to look, what to try, how to stop. */
export function readyText({ options, urls, hasGamePage, zoneServers, cwd, seconds }: ReadyFacts): string {
  const places: readonly (readonly [string, string, string])[] = [
    ...(options.game === undefined ? [["Demo", `${urls.management}/demo/`, "walk, hit, talk"] as const] : []),
    ...(hasGamePage ? [["Your game", `${urls.management}/game/`, options.game ?? ""] as const] : []),
    ["Dashboard", `${urls.management}/`, dashboardNote(options)],
    ["public-api", urls.publicApi, `${urls.publicApi}/swagger`],
    ["instance-management", urls.instanceManagement, `${urls.instanceManagement}/swagger`],
    ["character-persistence", urls.characterPersistence, `${urls.characterPersistence}/swagger`],
    ["global-data", urls.globalData, `${urls.globalData}/swagger`],
    ...zoneServers.map((server, index) => zonePlace(server, index, options)),
  ];
  const names = Math.max(...places.map(([name]) => name.length));
  const addresses = Math.max(...places.map(([, address]) => address.length));
  const data = relative(cwd, options.dataDir);
  return [
    "",
    `OWS Mesh is ready in ${seconds.toFixed(1)} s`,
    "",
    ...places.map(([name, address, note]) =>
      `  ${name.padEnd(names)}  ${address.padEnd(addresses)}  ${note}`.trimEnd(),
    ),
    "",
    `  Customer   ${options.customerGuid}   (OWS_CUSTOMER_GUID)`,
    `  Data       ${data.startsWith("..") ? options.dataDir : `./${data}`}   (accounts, positions, logs)`,
    "",
    "Try it from another terminal:",
    "",
    ...tryLines(options, urls).map((line) => `  ${line}`),
    "",
    "Ctrl-C saves everybody and stops everything.",
  ].join("\n");
}

function dashboardNote({ servers, storm }: DevOptions): string {
  if (servers === 1) return "what runs, who plays, live map";
  return `borders, ghosts, links, ${storm ? "a storm of handoffs" : "handoffs"}`;
}

/** Servers that share a zone are told apart by the number that the dashboard shows too. */
function zonePlace(
  { zoneInstanceId, zoneName, url }: ReadyFacts["zoneServers"][number],
  index: number,
  { servers, game }: DevOptions,
): readonly [string, string, string] {
  if (servers === 1) return [`Zone ${zoneName}`, url ?? "", game ?? "the demo's game link"];
  return [`${zoneName} #${zoneInstanceId}`, url ?? "", index === 0 ? `one of ${servers} servers that share it` : ""];
}

function tryLines({ customerGuid }: DevOptions, { publicApi }: ServiceUrls): readonly string[] {
  const post = (path: string, body: string) => [
    `curl -s ${publicApi}/api/Users/${path} \\`,
    `  -H 'X-CustomerGUID: ${customerGuid}' -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ];
  return [
    "# a player signs up, and signs in",
    ...post("RegisterUser", '{"email":"ada@example.com","password":"analytical","firstName":"Ada","lastName":"L"}'),
    ...post("LoginAndCreateSession", '{"email":"ada@example.com","password":"analytical"}'),
    "# … makes a character, with the userSessionGuid of the answer",
    ...post("CreateCharacter", '{"userSessionGUID":"<guid>","characterName":"Lovelace","className":"Wanderer"}'),
    "# … and asks where to play",
    ...post("GetServerToConnectTo", '{"characterName":"Lovelace","zoneName":"Cellar","playerGroupType":0}'),
  ];
}
