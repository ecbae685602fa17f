import type { Clock } from "@ows/base";
import type { management, ResponseOf } from "@ows/protocol/http";
import type { LiveOverview } from "../live-overview.ts";
import type { Inspection } from "../zone-server/inspection.ts";
import type { Probe, ZoneServers } from "../zone-server/zone-servers.ts";
import { type Area, areasOf, type MeshState } from "./areas.ts";
import { LostServers } from "./lost-servers.ts";

type Meshes = ResponseOf<typeof management.meshes>;
type MeshView = Meshes["meshes"][number];

/** How many handoffs under way one answer holds. */
const MAX_OPEN_HANDOFFS = 200;

/** Zones on several servers, put together from what the coordinator and the servers themselves say. */
export class MeshViews {
  readonly #overview: Pick<LiveOverview, "meshes" | "findInstance">;
  readonly #zoneServers: ZoneServers;
  readonly #clock: Pick<Clock, "wallMs">;
  readonly #lost = new LostServers();

  constructor(
    overview: Pick<LiveOverview, "meshes" | "findInstance">,
    zoneServers: ZoneServers,
    clock: Pick<Clock, "wallMs">,
  ) {
    this.#overview = overview;
    this.#zoneServers = zoneServers;
    this.#clock = clock;
  }

  async read(): Promise<Meshes> {
    const meshes = await this.#overview.meshes();
    return { meshes: await Promise.all(meshes.map((mesh) => this.#view(mesh))) };
  }

  /** Who owns which ground of a zone; no areas when one server has it all. */
  async partition(zoneName: string): Promise<{ zoneName: string; version: number; areas: readonly Area[] }> {
    const found = (await this.#overview.meshes()).find((mesh) => mesh.zoneName === zoneName);
    return { zoneName, version: found?.version ?? 0, areas: found === undefined ? [] : areasOf(found) };
  }

  async #view(mesh: MeshState): Promise<MeshView> {
    const probes = await Promise.all(mesh.servers.map((server) => this.#probe(server)));
    const inspected = probes.map((probe) => (probe?.kind === "answered" ? probe.inspection : undefined));
    const servers = mesh.servers.map((server, i) => serverView(server, probes[i], inspected[i]));
    for (const { zoneInstanceId, entities } of servers) this.#lost.seen(zoneInstanceId, entities);
    const open = inspected.flatMap((inspection) => inspection?.mesh?.openHandoffs ?? []);
    const { zoneName, meshInstanceId, version, term, isSettling, flows } = mesh;
    return {
      ...{ zoneName, meshInstanceId, version, term, isSettling, areas: areasOf(mesh), servers, flows },
      links: mesh.servers.flatMap(({ zoneInstanceId: from }, i) =>
        (inspected[i]?.mesh?.links ?? []).map((link) => ({ from, ...link })),
      ),
      openHandoffs: open.toSorted((a, b) => a.ageMs - b.ageMs).slice(0, MAX_OPEN_HANDOFFS),
      openHandoffCount: open.length,
      handoffs: mesh.handoffs.toReversed().map((handoff) => this.#ended(handoff)),
      losses: await Promise.all(mesh.losses.toReversed().map((loss) => this.#loss(loss))),
    };
  }

  #ended({ characterName, epoch, at, ...handoff }: MeshState["handoffs"][number]): MeshView["handoffs"][number] {
    return {
      ...handoff,
      characterName: characterName ?? "",
      epoch: `${epoch.term}.${epoch.count}`,
      ageMs: this.#ageMs(at),
    };
  }

  async #loss({ at, ...loss }: MeshState["losses"][number]): Promise<MeshView["losses"][number]> {
    const { zoneInstanceId } = loss;
    const instance = await this.#overview.findInstance(zoneInstanceId);
    if (instance?.state === "gone") this.#lost.ended(zoneInstanceId, instance.reason ?? "");
    return { ...loss, ...this.#lost.recall(zoneInstanceId), ageMs: this.#ageMs(at) };
  }

  /** .NET dates are UTC without saying so. */
  #ageMs(dotnetDate: string): number {
    return Math.max(0, this.#clock.wallMs() - Date.parse(`${dotnetDate}Z`));
  }

  async #probe({ zoneInstanceId, gameUrl }: MeshState["servers"][number]): Promise<Probe | undefined> {
    return gameUrl === "" ? undefined : this.#zoneServers.probe({ zoneInstanceId, url: gameUrl });
  }
}

function serverView(
  { zoneInstanceId, isLinked, players, entities }: MeshState["servers"][number],
  probe: Probe | undefined,
  inspection: Inspection | undefined,
): MeshView["servers"][number] {
  const { partitionVersion, ghosts, handedOff, stayed, idleClients, forwardedInputs } = inspection?.mesh ?? NO_PART;
  return {
    ...{ zoneInstanceId, isLinked, players, entities: inspection?.entityCount ?? entities },
    ...{ partitionVersion, ghosts, handedOff, stayed, idleClients, forwardedInputs },
    problem: probe?.kind === "silent" ? probe.problem : "",
  };
}

const NO_PART = { partitionVersion: 0, ghosts: 0, handedOff: 0, stayed: 0, idleClients: 0, forwardedInputs: 0 };
