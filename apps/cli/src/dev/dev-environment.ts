import type { DevOptions } from "./dev-options.ts";
import type { PortPlan } from "./port-plan.ts";
import type { Site, Sites } from "./sites.ts";

/** The zone of the development seed that always runs. */
export const HOME_ZONE = "Meadow";
export const HOST = "127.0.0.1";

export type ServiceUrls = {
  readonly publicApi: string;
  readonly instanceManagement: string;
  readonly characterPersistence: string;
  readonly globalData: string;
  readonly management: string;
};

export function serviceUrls(ports: PortPlan): ServiceUrls {
  const url = (port: number) => `http://${HOST}:${port}`;
  return {
    publicApi: url(ports.publicApi),
    instanceManagement: url(ports.instanceManagement),
    characterPersistence: url(ports.characterPersistence),
    globalData: url(ports.globalData),
    management: url(ports.management),
  };
}

type EnvironmentParts = {
  readonly given: Readonly<Record<string, string | undefined>>;
  readonly options: DevOptions;
  readonly ports: PortPlan;
  readonly secret: string;
  readonly sites: Sites;
  readonly gamePage: Site | undefined;
};

/** The variables that services and children of this run read: what was given, and on top what this run decides. */
export function devEnvironment({
  given,
  options,
  ports,
  secret,
  sites,
  gamePage,
}: EnvironmentParts): Record<string, string> {
  const urls = serviceUrls(ports);
  const decided = {
    OWS_SERVICE_SECRET: secret,
    OWS_CUSTOMER_GUID: options.customerGuid,
    OWS_DATA_DIR: options.dataDir,
    OWS_KEEP_RUNNING: HOME_ZONE,
    OWS_MESHED_ZONES: options.servers === 1 ? "" : `${HOME_ZONE}:${options.servers}`,
    OWS_STORM: String(options.storm),
    OWS_PUBLIC_API_URL: urls.publicApi,
    OWS_INSTANCE_MANAGEMENT_URL: urls.instanceManagement,
    OWS_CHARACTER_PERSISTENCE_URL: urls.characterPersistence,
    OWS_GLOBAL_DATA_URL: urls.globalData,
    OWS_DASHBOARD_DIR: sites.dashboard.dist,
    OWS_DEMO_DIR: sites.demo.dist,
    OWS_GAME_PAGE_DIR: gamePage?.dist ?? "",
    OWS_CONTROL_HOST: HOST,
    OWS_CONTROL_PORT: "0",
  };
  const listening = Object.entries({
    PUBLIC_API: ports.publicApi,
    INSTANCE_MANAGEMENT: ports.instanceManagement,
    CHARACTER_PERSISTENCE: ports.characterPersistence,
    GLOBAL_DATA: ports.globalData,
    MANAGEMENT: ports.management,
  }).flatMap(([prefix, port]) => [
    [`OWS_${prefix}_HOST`, HOST],
    [`OWS_${prefix}_PORT`, String(port)],
  ]);
  const kept = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  // Everybody has left when services stop, so open requests need no long grace.
  const defaults = { OWS_SHUTDOWN_DEADLINE_MS: "800" };
  return { ...defaults, ...Object.fromEntries(kept), ...decided, ...Object.fromEntries(listening) };
}
