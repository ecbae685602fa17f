import type { Clock } from "@ows/base";
import { callEndpoint, type management, mesh, type ResponseOf } from "@ows/protocol/http";
import { serviceCredential } from "@ows/protocol/ticket";
import { checkService, type ServiceHealth } from "./service-health.ts";
import type { ManagementSettings } from "./settings.ts";
import { SingleFlight } from "./single-flight.ts";
import type { Probe, ZoneServers } from "./zone-server/zone-servers.ts";

export type Overview = ResponseOf<typeof management.overview>;
type MeshOverview = ResponseOf<typeof mesh.overview>;
type MeshInstance = MeshOverview["instances"][number];
type Seen = { readonly mesh: MeshOverview; readonly atMs: number };
type Settings = Pick<
  ManagementSettings,
  | "serviceSecret"
  | "customerGuid"
  | "publicApiUrl"
  | "instanceManagementUrl"
  | "characterPersistenceUrl"
  | "globalDataUrl"
  | "probeTimeoutMs"
>;

const KEEP_MS = 400;

/** Puts the whole picture together from the services and the zone servers, at most a few times a second. */
export class LiveOverview {
  readonly #settings: Settings;
  readonly #zoneServers: ZoneServers;
  readonly #clock: Clock;
  readonly #flight: SingleFlight<"overview", Overview>;
  /** What instance-management said last; shown with its age while it says nothing. */
  #seen: Seen | undefined;

  constructor(settings: Settings, zoneServers: ZoneServers, clock: Clock) {
    this.#settings = settings;
    this.#zoneServers = zoneServers;
    this.#clock = clock;
    this.#flight = new SingleFlight(clock, KEEP_MS);
  }

  read(): Promise<Overview> {
    return this.#flight.get("overview", () => this.#build());
  }

  /** Zones on several servers, as instance-management described them last. */
  async meshes(): Promise<MeshOverview["mesh"]> {
    await this.read();
    return this.#seen?.mesh.mesh ?? [];
  }

  /** The instance as instance-management described it last. */
  async findInstance(zoneInstanceId: number): Promise<MeshInstance | undefined> {
    await this.read();
    return this.#seen?.mesh.instances.find((instance) => instance.zoneInstanceId === zoneInstanceId);
  }

  async #build(): Promise<Overview> {
    const [services] = await Promise.all([this.#checkServices(), this.#askMesh()]);
    const mesh = this.#seen?.mesh ?? NOTHING_SEEN;
    const probes = await Promise.all(mesh.instances.map((instance) => this.#probe(instance)));
    const wallMs = this.#clock.wallMs();
    return {
      atMs: wallMs,
      customerGuid: this.#settings.customerGuid,
      services: [...services],
      meshAgeMs: this.#seen === undefined ? null : this.#clock.nowMs() - this.#seen.atMs,
      launchers: mesh.launchers.map((launcher) => ({
        ...launcher,
        launcherGuid: launcher.launcherGuid ?? "",
        serverIP: launcher.serverIP ?? "",
        heartbeatAgeMs: launcher.lastHeartbeat === null ? null : ageMs(launcher.lastHeartbeat, wallMs),
      })),
      zones: mesh.zones,
      instances: mesh.instances.map((instance, index) => describe(instance, mesh, probes[index], wallMs)),
      players: mesh.instances.flatMap((instance, index) => playersOf(instance, probes[index])),
      pendingJoins: mesh.pendingJoins,
    };
  }

  #checkServices(): Promise<readonly ServiceHealth[]> {
    const { probeTimeoutMs, ...urls } = this.#settings;
    const services = [
      { name: "public-api", url: urls.publicApiUrl },
      { name: "instance-management", url: urls.instanceManagementUrl },
      { name: "character-persistence", url: urls.characterPersistenceUrl },
      { name: "global-data", url: urls.globalDataUrl },
    ] as const;
    return Promise.all(services.map((service) => checkService(service, probeTimeoutMs, this.#clock)));
  }

  async #askMesh(): Promise<void> {
    const { instanceManagementUrl, serviceSecret, customerGuid, probeTimeoutMs } = this.#settings;
    try {
      const answer = await callEndpoint(mesh.overview, {
        baseUrl: instanceManagementUrl,
        customerGuid,
        credential: serviceCredential(serviceSecret),
        timeoutMs: probeTimeoutMs,
      });
      this.#seen = { mesh: answer, atMs: this.#clock.nowMs() };
    } catch {
      // Its health line says so, and what was seen last keeps its age.
    }
  }

  async #probe(instance: MeshInstance): Promise<Probe | undefined> {
    const url = isRunning(instance) ? (instance.url ?? "") : "";
    return url === "" ? undefined : this.#zoneServers.probe({ zoneInstanceId: instance.zoneInstanceId, url });
  }
}

/** Before, its process may not listen yet; afterwards its port may be another's. */
function isRunning({ state }: MeshInstance): boolean {
  return state === "ready" || state === "draining";
}

const NOTHING_SEEN: MeshOverview = { launchers: [], zones: [], instances: [], pendingJoins: [], mesh: [] };

function describe(
  instance: MeshInstance,
  { zones }: MeshOverview,
  probe: Probe | undefined,
  wallMs: number,
): Overview["instances"][number] {
  const zone = zones.find((candidate) => candidate.zoneName === instance.zoneName);
  return {
    ...instance,
    reason: instance.reason ?? "",
    ageMs: ageMs(instance.since, wallMs),
    softPlayerCap: zone?.softPlayerCap ?? 0,
    hardPlayerCap: zone?.hardPlayerCap ?? 0,
    server: probe?.kind === "answered" ? { ...probe.inspection, entities: probe.inspection.entityCount } : null,
    problem: probe?.kind === "silent" ? probe.problem : "",
  };
}

function playersOf(instance: MeshInstance, probe: Probe | undefined): Overview["players"] {
  if (probe?.kind !== "answered") return [];
  return probe.inspection.entities
    .filter((entity) => entity.name !== "")
    .map((entity) => ({
      characterName: entity.name,
      zoneInstanceId: instance.zoneInstanceId,
      zoneName: instance.zoneName,
      isConnected: entity.isConnected,
    }));
}

/** Age of a .NET date, which is UTC without saying so. */
function ageMs(dotnetDate: string, wallMs: number): number {
  return Math.max(0, wallMs - Date.parse(`${dotnetDate}Z`));
}
