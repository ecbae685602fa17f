import { dotnetDate, mesh, type ResponseOf } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { ZoneInstanceView, ZoneRecord } from "@ows/store";
import {
  type GoneInstance,
  type InstancePhase,
  type JoinState,
  occupancy,
  type WaitingJoin,
  type ZoneInstance,
} from "@ows/world";
import type { InstanceManagementContext } from "../context.ts";
import { meshRow } from "../mesh/mesh-overview.ts";

type Overview = ResponseOf<typeof mesh.overview>;
type InstanceRow = Overview["instances"][number];

/** How long an ended instance is still shown, with its reason. */
const SHOW_GONE_MS = 60_000;

/** Everything an operator wants to see of launchers, zones, instances and waiting players. */
export const overview = route(
  mesh.overview,
  async ({ customerGuid }, context: InstanceManagementContext): Promise<Overview> => {
    const { store, customers } = context;
    const { state } = await customers.of(customerGuid);
    const worldServers = await store.worldServers.listAll(customerGuid);
    const zones = await store.zones.list(customerGuid);
    const rows = await store.zoneInstances.listAll(customerGuid);
    const view = new OverviewView(customerGuid, context, state, zones, rows);
    return {
      launchers: worldServers.map((worldServer) => ({
        worldServerId: worldServer.worldServerId,
        launcherGuid: worldServer.zoneServerGuid,
        serverIP: worldServer.serverIp,
        isActive: state.worldServers.get(worldServer.worldServerId)?.active ?? false,
        lastHeartbeat: worldServer.lastHeartbeat === null ? null : dotnetDate(worldServer.lastHeartbeat),
        numberOfInstances: view.countOn(worldServer.worldServerId),
        maxNumberOfInstances: worldServer.maxNumberOfInstances,
      })),
      zones: zones.map((zone) => ({
        mapId: zone.mapId,
        zoneName: zone.zoneName,
        mapName: zone.mapName,
        softPlayerCap: zone.softPlayerCap,
        hardPlayerCap: zone.hardPlayerCap,
        minutesToShutdownAfterEmpty: zone.minutesToShutdownAfterEmpty,
      })),
      instances: [
        ...[...state.instances.values()].flatMap((instance) => view.liveRow(instance)),
        ...state.gone.flatMap((gone) => view.goneRow(gone)),
      ],
      pendingJoins: [...state.waiting.values()].map((waiting) => view.joinRow(waiting)),
      mesh: context.meshes.of(customerGuid).map((each) => meshRow(customerGuid, each, context)),
    };
  },
);

class OverviewView {
  readonly #customerGuid: string;
  readonly #context: InstanceManagementContext;
  readonly #state: JoinState;
  readonly #zones: ReadonlyMap<number, ZoneRecord>;
  readonly #rows: ReadonlyMap<number, ZoneInstanceView>;

  constructor(
    customerGuid: string,
    context: InstanceManagementContext,
    state: JoinState,
    zones: readonly ZoneRecord[],
    rows: readonly ZoneInstanceView[],
  ) {
    this.#customerGuid = customerGuid;
    this.#context = context;
    this.#state = state;
    this.#zones = new Map(zones.map((zone) => [zone.mapId, zone]));
    this.#rows = new Map(rows.map((row) => [row.mapInstanceId, row]));
  }

  countOn(worldServerId: number): number {
    return [...this.#state.instances.values()].filter((instance) => instance.worldServerId === worldServerId).length;
  }

  /** Nothing while its row is being written. */
  liveRow(instance: ZoneInstance): InstanceRow[] {
    const { zoneInstanceId, phase } = instance;
    if (zoneInstanceId === null) return [];
    const reserved = instance.reservations.size;
    const sinceMs = phase.kind === "ready" ? phase.readyAtMs : instance.createdAtMs;
    return [
      {
        ...this.#place(instance, zoneInstanceId),
        state: stateOf(phase),
        reason: instance.reason,
        since: this.#date(sinceMs),
        players: occupancy(instance) - reserved,
        reserved,
        lastUpdate: phase.kind === "ready" ? this.#date(phase.reportedAtMs) : null,
      },
    ];
  }

  goneRow(gone: GoneInstance): InstanceRow[] {
    const { zoneInstanceId, goneAtMs } = gone;
    if (zoneInstanceId === null || this.#context.clock.nowMs() - goneAtMs > SHOW_GONE_MS) return [];
    const { reason } = gone;
    const since = this.#date(goneAtMs);
    const place = this.#place(gone, zoneInstanceId);
    return [{ ...place, state: "gone", reason, since, players: 0, reserved: 0, lastUpdate: null }];
  }

  joinRow(waiting: WaitingJoin): Overview["pendingJoins"][number] {
    const pending = [...this.#state.instances.values()].find(
      (instance) => instance.zoneId === waiting.zoneId && instance.phase.kind === "starting",
    );
    const leftMs = waiting.answerByMs - this.#context.clock.nowMs();
    return {
      characterName: waiting.characterName,
      zoneName: this.#zones.get(waiting.zoneId)?.zoneName ?? "",
      zoneInstanceId: pending?.zoneInstanceId ?? null,
      waitingMs: Math.round(this.#state.rules.answerWithinMs - leftMs),
    };
  }

  #place(instance: { readonly zoneId: number; readonly worldServerId: number }, zoneInstanceId: number) {
    const zone = this.#zones.get(instance.zoneId);
    return {
      zoneInstanceId,
      zoneName: zone?.zoneName ?? "",
      mapName: zone?.mapName ?? "",
      worldServerId: instance.worldServerId,
      port: this.#rows.get(zoneInstanceId)?.port ?? 0,
      url: this.#context.gameEndpoints.urlOf(this.#customerGuid, zoneInstanceId) ?? null,
    };
  }

  #date(nowMs: number): string {
    const { clock } = this.#context;
    return dotnetDate(clock.wallMs() - (clock.nowMs() - nowMs));
  }
}

/** A ready instance that is not heard of is nothing to count on. */
function stateOf(phase: InstancePhase): string {
  return phase.kind === "ready" && phase.contactByMs !== null ? "unreachable" : phase.kind;
}
