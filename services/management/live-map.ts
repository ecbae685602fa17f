import type { management, ResponseOf } from "@ows/protocol/http";
import { ServiceError } from "@ows/service-kit";
import type { LiveOverview } from "./live-overview.ts";
import { areasOf, type MeshState } from "./mesh/areas.ts";
import type { Inspection } from "./zone-server/inspection.ts";
import type { ZoneServers } from "./zone-server/zone-servers.ts";

type LiveMap = ResponseOf<typeof management.liveMap>;
type Look = { readonly zoneInstanceId: number; readonly inspection: Inspection };

/** Reads the map of one zone instance from its zone server and, where ground is shared, from the others. */
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
    const others = await Promise.all((mesh?.servers ?? []).map((server) => this.#lookAt(server, zoneInstanceId)));
    const looks = [{ zoneInstanceId, inspection: probe.inspection }, ...others.flat()];
    const entities = looks.flatMap(owned);
    return {
      ...{ zoneInstanceId, zoneName: instance.zoneName, atMs: Date.now(), tick, bounds },
      areas: mesh === undefined ? [] : areasOf(mesh),
      entities: withGhosts(entities, looks),
      ghosts: ghostsOf(zoneInstanceId, entities, looks),
    };
  }

  async #meshOf(zoneInstanceId: number): Promise<MeshState | undefined> {
    const meshes = await this.#overview.meshes();
    return meshes.find(({ servers }) => servers.some((server) => server.zoneInstanceId === zoneInstanceId));
  }

  /** Empty for the one that was looked at already, and for one that does not answer. */
  async #lookAt({ zoneInstanceId, gameUrl: url }: MeshState["servers"][number], known: number): Promise<Look[]> {
    if (zoneInstanceId === known || url === "") return [];
    const probe = await this.#zoneServers.probe({ zoneInstanceId, url });
    return probe.kind === "silent" ? [] : [{ zoneInstanceId, inspection: probe.inspection }];
  }
}

type Owned = Omit<LiveMap["entities"][number], "ghostAt">;

function owned({ zoneInstanceId, inspection: { entities, mesh } }: Look): Owned[] {
  const stays = new Map(mesh?.stays.map(({ entity, ...stay }) => [entity, stay]));
  return entities.map((entity) => ({ ...entity, zoneInstanceId, stay: stays.get(entity.id) ?? null }));
}

function withGhosts(entities: readonly Owned[], looks: readonly Look[]): LiveMap["entities"] {
  const at = new Map<number, number[]>();
  for (const { zoneInstanceId, inspection } of looks) {
    for (const { id } of inspection.ghosts) {
      const known = at.get(id);
      if (known === undefined) at.set(id, [zoneInstanceId]);
      else known.push(zoneInstanceId);
    }
  }
  return entities.map((entity) => ({ ...entity, ghostAt: at.get(entity.id) ?? [] }));
}

/** All of the one that is asked about; of the others, those that nobody owns any more, once each. */
function ghostsOf(zoneInstanceId: number, entities: readonly Owned[], looks: readonly Look[]): LiveMap["ghosts"] {
  const shown = new Set(entities.map(({ id }) => id));
  return looks.flatMap(({ zoneInstanceId: at, inspection }) =>
    inspection.ghosts
      .filter(({ id }) => at === zoneInstanceId || !shown.has(id))
      .map((ghost) => {
        shown.add(ghost.id);
        return { ...ghost, at };
      }),
  );
}
