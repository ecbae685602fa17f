import type { Clock } from "@ows/base";
import { type GridBounds, GroundError, roomForServers } from "@ows/mesh";
import type { LinkBody } from "@ows/protocol/mesh";
import { type Logger, ServiceError } from "@ows/service-kit";
import type { MeshRepository } from "@ows/store";
import type { JoinEvent, JoinState, MeshKey, Position } from "@ows/world";
import { serversToward } from "./ground.ts";
import { MeshInstance, type MeshMember } from "./mesh-instance.ts";

/** How long a join waits at most for the entities of a dead server to be given to others. */
const SETTLE_WITHIN_MS = 1_000;

export interface MeshInstancesParts {
  readonly store: MeshRepository;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly send: (customerGuid: string, zoneInstanceId: number, body: LinkBody) => boolean;
  readonly joinsOf: (
    customerGuid: string,
  ) => { readonly state: JoinState; dispatch(event: JoinEvent): void } | undefined;
}

export interface MeshJoin {
  readonly customerGuid: string;
  readonly meshKey: MeshKey;
  readonly zone: { readonly zoneId: number; readonly zoneName: string; readonly servers: number };
  readonly member: MeshMember;
  readonly bounds: GridBounds;
  readonly schemaHash: string;
}

/** The mesh instances of all customers. Each begins with its first server and ends with its last. */
export class MeshInstances implements Disposable {
  readonly #parts: MeshInstancesParts;
  /** By customer, then by the key that the join rules gave it. */
  readonly #meshes = new Map<string, Map<MeshKey, MeshInstance>>();

  constructor(parts: MeshInstancesParts) {
    this.#parts = parts;
  }

  of(customerGuid: string): readonly MeshInstance[] {
    return [...(this.#meshes.get(customerGuid)?.values() ?? [])];
  }

  /** The mesh instance that a server is a member of. */
  withServer(customerGuid: string, zoneInstanceId: number): MeshInstance | undefined {
    return this.of(customerGuid).find((mesh) => mesh.has(zoneInstanceId));
  }

  /** A server enters its mesh instance. Throws `ServiceError` for ground that can't be shared. */
  join({ customerGuid, meshKey, zone, member, bounds, schemaHash }: MeshJoin): MeshInstance {
    const meshes = this.#meshes.get(customerGuid) ?? new Map<MeshKey, MeshInstance>();
    this.#meshes.set(customerGuid, meshes);
    const mesh = meshes.get(meshKey) ?? this.#begin(customerGuid, { zone, member, bounds, schemaHash });
    refuseOtherGround(mesh.parts.bounds, bounds);
    refuseOtherBuild(mesh.parts.schemaHash, schemaHash);
    meshes.set(meshKey, mesh);
    mesh.join(member);
    return mesh;
  }

  linked(customerGuid: string, zoneInstanceId: number): void {
    this.withServer(customerGuid, zoneInstanceId)?.linked(zoneInstanceId);
  }

  /** What the join rules are to hear of a control message; `undefined`: it means what it means outside of a mesh. */
  received(customerGuid: string, zoneInstanceId: number, body: LinkBody): readonly JoinEvent[] | undefined {
    return this.withServer(customerGuid, zoneInstanceId)?.received(zoneInstanceId, body);
  }

  /** The join rules have buried this instance. */
  gone(customerGuid: string, zoneInstanceId: number): void {
    for (const [meshKey, mesh] of this.#meshes.get(customerGuid) ?? []) {
      if (!mesh.has(zoneInstanceId) || mesh.gone(zoneInstanceId)) continue;
      this.#meshes.get(customerGuid)?.delete(meshKey);
      mesh.end().catch((error: unknown) => {
        this.#parts.logger.error({ err: error, meshInstance: mesh.parts.id }, "a mesh instance was not forgotten");
      });
    }
  }

  /** Where in a zone a character should go, best first; empty while nobody owns its ground. */
  toward(customerGuid: string, zoneId: number, position: Position | null): readonly number[] {
    const ground = this.#ofZone(customerGuid, zoneId)?.ground;
    return ground === undefined ? [] : serversToward(ground, position);
  }

  /** Resolves when no entity of a dead server of the zone waits for its new owner any more, or after a second. */
  async settled(customerGuid: string, zoneId: number): Promise<void> {
    const mesh = this.#ofZone(customerGuid, zoneId);
    if (mesh === undefined || !mesh.isSettling) return;
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, SETTLE_WITHIN_MS);
    await Promise.race([mesh.settled(), limit.promise]);
    clearTimeout(timer);
  }

  /**
   * Who has a character. Its claim says so, but within a mesh instance claims follow handoffs: just after one, and after
   * a death, the servers themselves know better.
   */
  holderOf(customerGuid: string, characterName: string, claimedBy: number | null): number | null {
    for (const mesh of this.of(customerGuid)) {
      const server = mesh.presence.serverOf(characterName);
      if (server === undefined) continue;
      const isNewer = claimedBy === null || (mesh.has(claimedBy) && mesh.presence.isFresh(characterName));
      if (isNewer) return server;
    }
    return claimedBy;
  }

  [Symbol.dispose](): void {
    for (const meshes of this.#meshes.values()) for (const mesh of meshes.values()) mesh[Symbol.dispose]();
  }

  #ofZone(customerGuid: string, zoneId: number): MeshInstance | undefined {
    return this.of(customerGuid).findLast((mesh) => mesh.parts.zoneId === zoneId);
  }

  #begin(customerGuid: string, join: Pick<MeshJoin, "zone" | "member" | "bounds" | "schemaHash">): MeshInstance {
    const { zone, member, bounds, schemaHash } = join;
    refuseSmallGround(bounds, zone);
    const { store, clock, logger, send } = this.#parts;
    const { zoneId, zoneName, servers } = zone;
    return new MeshInstance({
      ...{ customerGuid, zoneId, zoneName, servers, bounds, schemaHash, store, clock, logger },
      // Rows are never reused, so neither are these names.
      id: `${zoneName}#${member.zoneInstanceId}`,
      send: (zoneInstanceId, body) => send(customerGuid, zoneInstanceId, body),
      onGround: () => this.#steer(customerGuid, zoneId),
    });
  }

  /** Those who wait are sent where the ground is theirs now. */
  #steer(customerGuid: string, zoneId: number): void {
    const joins = this.#parts.joinsOf(customerGuid);
    if (joins === undefined) return;
    const toward = new Map<number, readonly number[]>();
    for (const { joinId, position, zoneId: wanted } of joins.state.waiting.values()) {
      if (wanted === zoneId) toward.set(joinId, this.toward(customerGuid, zoneId, position));
    }
    joins.dispatch({ kind: "joins-steered", toward });
  }
}

function refuseSmallGround(bounds: GridBounds, { zoneName, servers }: MeshJoin["zone"]): void {
  const room = roomOf(bounds);
  if (room >= servers) return;
  throw new ServiceError("invalid-argument", `${zoneName} has room for ${room} servers at most, expected ${servers}.`);
}

function roomOf(bounds: GridBounds): number {
  try {
    return roomForServers(bounds);
  } catch (error) {
    if (!(error instanceof GroundError)) throw error;
    throw new ServiceError("invalid-argument", `bounds: ${error.message}.`, { cause: error });
  }
}

function refuseOtherBuild(known: string, given: string): void {
  if (known === given) return;
  const text = `expected ${known} as of the servers before, got ${given}: all run one build of the game`;
  throw new ServiceError("conflict", `schemaHash: ${text}.`);
}

function refuseOtherGround(known: GridBounds, given: GridBounds): void {
  for (const side of ["minX", "minY", "maxX", "maxY"] as const) {
    if (known[side] === given[side]) continue;
    const got = `expected ${known[side]} as of the servers before, got ${given[side]}`;
    throw new ServiceError("invalid-argument", `bounds.${side}: ${got}.`);
  }
}
