import type { management, ResponseOf } from "@ows/protocol/http";
import { ServiceError } from "@ows/service-kit";
import type { LiveOverview } from "./live-overview.ts";
import { areasOf, type MeshState } from "./mesh/areas.ts";
import type { Probe, ZoneServers } from "./zone-server/zone-servers.ts";

type LiveMap = ResponseOf<typeof management.liveMap>;

/** Reads the map of one zone instance from its zone server. */
export class LiveMaps {
  readonly #overview: LiveOverview;
  readonly #zoneServers: ZoneServers;

  constructor(overview: LiveOverview, zoneServers: ZoneServers) {
    this.#overview = overview;
    this.#zoneServers = zoneServers;
  }

  /** Throws `not-found` for an instance that nobody knows, `unavailable` when its zone server does not answer. */
  async read(zoneInstanceId: number): Promise<LiveMap> {
    const instance = await this.#overview.findInstance(zoneInstanceId);
    if (instance === undefined) throw new ServiceError("not-found", `There is no zone instance ${zoneInstanceId}.`);
    const url = instance.url ?? "";
    if (url === "") throw new ServiceError("unavailable", `Zone instance ${zoneInstanceId} has no address yet.`);
    const probe = await this.#zoneServers.probe({ zoneInstanceId, url });
    if (probe.kind === "silent") {
      throw new ServiceError("unavailable", `The zone server of instance ${zoneInstanceId}: ${probe.problem}.`);
    }
    const { tick, bounds } = probe.inspection;
    const mesh = await this.#meshOf(zoneInstanceId);
    const others = await Promise.all((mesh?.servers ?? []).map((server) => this.#othersOf(server, zoneInstanceId)));
    return {
      ...{ zoneInstanceId, zoneName: instance.zoneName, atMs: Date.now(), tick, bounds },
      areas: mesh === undefined ? [] : areasOf(mesh),
      entities: [...owned(zoneInstanceId, probe), ...others.flat()],
    };
  }

  async #meshOf(zoneInstanceId: number): Promise<MeshState | undefined> {
    const meshes = await this.#overview.meshes();
    return meshes.find(({ servers }) => servers.some((server) => server.zoneInstanceId === zoneInstanceId));
  }

  async #othersOf(server: MeshState["servers"][number], self: number): Promise<LiveMap["entities"]> {
    const { zoneInstanceId, gameUrl } = server;
    if (zoneInstanceId === self || gameUrl === "") return [];
    return owned(zoneInstanceId, await this.#zoneServers.probe({ zoneInstanceId, url: gameUrl }));
  }
}

function owned(zoneInstanceId: number, probe: Probe): LiveMap["entities"] {
  if (probe.kind === "silent") return [];
  return probe.inspection.entities.map((entity) => ({ ...entity, zoneInstanceId }));
}
