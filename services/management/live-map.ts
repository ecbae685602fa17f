import type { management, ResponseOf } from "@ows/protocol/http";
import { ServiceError } from "@ows/service-kit";
import type { LiveOverview } from "./live-overview.ts";
import type { ZoneServers } from "./zone-server/zone-servers.ts";

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
    const { tick, bounds, entities } = probe.inspection;
    return { zoneInstanceId, zoneName: instance.zoneName, atMs: Date.now(), tick, bounds, entities: [...entities] };
  }
}
