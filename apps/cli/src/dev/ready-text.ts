import { relative } from "node:path";
import type { ServiceUrls } from "./dev-environment.ts";
import type { DevOptions } from "./dev-options.ts";

export type ReadyFacts = {
  readonly options: DevOptions;
  readonly urls: ServiceUrls;
  readonly hasGamePage: boolean;
  readonly zoneUrl: string;
  readonly cwd: string;
  readonly seconds: number;
};

/** What stands on the console once everything runs: where to look, what to try, how to stop. */
export function readyText({ options, urls, hasGamePage, zoneUrl, cwd, seconds }: ReadyFacts): string {
  const places: readonly (readonly [string, string, string])[] = [
    ...(options.game === undefined ? [["Demo", `${urls.management}/demo/`, "walk, hit, talk"] as const] : []),
    ...(hasGamePage ? [["Your game", `${urls.management}/game/`, options.game ?? ""] as const] : []),
    ["Dashboard", `${urls.management}/`, "what runs, who plays, live map"],
    ["public-api", urls.publicApi, `${urls.publicApi}/swagger`],
    ["instance-management", urls.instanceManagement, `${urls.instanceManagement}/swagger`],
    ["character-persistence", urls.characterPersistence, `${urls.characterPersistence}/swagger`],
    ["global-data", urls.globalData, `${urls.globalData}/swagger`],
    ["Zone Meadow", zoneUrl, options.game === undefined ? "the demo's game link" : options.game],
  ];
  const names = Math.max(...places.map(([name]) => name.length));
  const addresses = Math.max(...places.map(([, address]) => address.length));
  const data = relative(cwd, options.dataDir);
  return [
    "",
    `OWS Mesh is ready in ${seconds.toFixed(1)} s`,
    "",
    ...places.map(([name, address, note]) => `  ${name.padEnd(names)}  ${address.padEnd(addresses)}  ${note}`),
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
