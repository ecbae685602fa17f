import type { Clock } from "@ows/base";
import type { management, ResponseOf } from "@ows/protocol/http";
import type { LiveOverview } from "../live-overview.ts";
import type { Inspection } from "../zone-server/inspection.ts";
import type { Probe, ZoneServers } from "../zone-server/zone-servers.ts";
import { type Area, areasOf, type MeshState } from "./areas.ts";

type Meshes = ResponseOf<typeof management.meshes>;
type MeshView = Meshes["meshes"][number];
type HandoffView = MeshView["handoffs"][number];

/** How many handoffs one answer holds. */
const MAX_HANDOFFS = 200;

/** Zones on several servers, put together from what the coordinator and the servers themselves say. */
export class MeshViews {
  readonly #overview: Pick<LiveOverview, "meshes">;
  readonly #zoneServers: ZoneServers;
  readonly #clock: Pick<Clock, "wallMs">;

  constructor(overview: Pick<LiveOverview, "meshes">, zoneServers: ZoneServers, clock: Pick<Clock, "wallMs">) {
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
    const { zoneName, meshInstanceId, version, term, isSettling } = mesh;
    return {
      ...{ zoneName, meshInstanceId, version, term, isSettling, areas: areasOf(mesh) },
      servers: mesh.servers.map((server, i) => serverView(server, probes[i], inspected[i])),
      links: mesh.servers.flatMap(({ zoneInstanceId: from }, i) =>
        (inspected[i]?.mesh?.links ?? []).map((link) => ({ from, ...link })),
      ),
      handoffs: [...openHandoffs(inspected), ...this.#ended(mesh)].slice(0, MAX_HANDOFFS),
    };
  }

  #ended({ handoffs }: MeshState): HandoffView[] {
    const wallMs = this.#clock.wallMs();
    return handoffs.toReversed().map(({ characterName, epoch, at, ...handoff }) => ({
      ...handoff,
      characterName: characterName ?? "",
      epoch: `${epoch.term}.${epoch.count}`,
      phase: "ended",
      waitsFor: "",
      // .NET dates are UTC without saying so.
      ageMs: Math.max(0, wallMs - Date.parse(`${at}Z`)),
    }));
  }

  async #probe({ zoneInstanceId, gameUrl }: MeshState["servers"][number]): Promise<Probe | undefined> {
    return gameUrl === "" ? undefined : this.#zoneServers.probe({ zoneInstanceId, url: gameUrl });
  }
}

function openHandoffs(inspections: readonly (Inspection | undefined)[]): HandoffView[] {
  return inspections.flatMap((inspection) =>
    (inspection?.mesh?.openHandoffs ?? []).map((handoff) => ({ ...handoff, outcome: "", ageMs: null })),
  );
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
