import type { NamedPort } from "./check-ports.ts";

/** Where everything of `ows dev` listens; all of it on 127.0.0.1. */
export type PortPlan = {
  readonly publicApi: number;
  readonly instanceManagement: number;
  readonly characterPersistence: number;
  readonly globalData: number;
  readonly management: number;
  /** Zone servers take this port and those above. */
  readonly firstZone: number;
};

/** OWS's own ports, which existing game clients have in their configuration. */
const OWS_PORTS: PortPlan = {
  publicApi: 44302,
  instanceManagement: 44328,
  characterPersistence: 44323,
  globalData: 44325,
  management: 44410,
  firstZone: 7778,
};

/** OWS's ports, or consecutive ones from `base`, with zone servers from `base + 10`. */
export function planPorts(base: number | undefined): PortPlan {
  if (base === undefined) return OWS_PORTS;
  return {
    publicApi: base,
    instanceManagement: base + 1,
    characterPersistence: base + 2,
    globalData: base + 3,
    management: base + 4,
    firstZone: base + 10,
  };
}

/** The services' ports, each with the name of what will listen there. */
export function servicePorts(plan: PortPlan): readonly NamedPort[] {
  return [
    { name: "public-api", port: plan.publicApi },
    { name: "instance-management", port: plan.instanceManagement },
    { name: "character-persistence", port: plan.characterPersistence },
    { name: "global-data", port: plan.globalData },
    { name: "management", port: plan.management },
  ];
}
