import { ID_BLOCK_SIZE, IdSource, Prng } from "@ows/base";
import { type Partition, partitionToWire, type ServerId } from "@ows/mesh";
import { type ChannelTransport, hostChannels, linkTransport } from "@ows/mesh-runtime";
import { schemaOf } from "@ows/protocol/game";
import { LINK_PROTOCOL_VERSION } from "@ows/protocol/mesh";
import { silentLogger } from "@ows/service-kit";
import {
  type anyGame,
  defaultMeshSettings,
  defaultZoneSettings,
  MemoryCharacters,
  type MeshSettings,
  openAdmission,
  PeerLinks,
  ZoneRuntime,
} from "@ows/zone-server";
import { machineClock } from "./machine-clock.ts";

/** Stands for the one backend of all servers: whoever has the living entity has its claim. */
class OneBackend extends MemoryCharacters {
  override transferClaim(): ReturnType<MemoryCharacters["transferClaim"]> {
    return Promise.resolve({ ok: true, character: undefined });
  }
}

/** Where a server of a run is reached. */
export type PeerPorts = {
  readonly id: ServerId;
  readonly s2sPort: number;
  /** Empty when there is none. */
  readonly s2sSocket: string;
  readonly gameUrl: string;
};

export type MeshServerOptions = {
  readonly self: ServerId;
  readonly game: ReturnType<typeof anyGame>;
  readonly zoneName: string;
  /** `undefined`: the server has the zone for itself, and no links. */
  readonly partition: Partition | undefined;
  readonly settings?: Partial<MeshSettings>;
  readonly channels?: ChannelTransport;
  /** Commits that were not answered in time, for which a coordinator would have been asked. */
  readonly onDoubt?: () => void;
  /** A message of a neighbour is read, and nobody has heard of it yet: of a handoff, its step. */
  readonly onMessage?: (kind: string) => void;
};

/**
 * A zone server of a workload, ticked by hand. There are no services: the parent process says who the neighbours are,
 * every server reckons the same ground, nobody dies, and whoever gives a name comes in.
 */
export class MeshServer {
  readonly runtime: ZoneRuntime;
  readonly links: PeerLinks | undefined;
  readonly #options: MeshServerOptions;

  private constructor(options: MeshServerOptions, runtime: ZoneRuntime, links: PeerLinks | undefined) {
    this.#options = options;
    this.runtime = runtime;
    this.links = links;
  }

  static async start(options: MeshServerOptions): Promise<MeshServer> {
    const { self, game, zoneName, partition, settings, onDoubt, onMessage } = options;
    const links = partition === undefined ? undefined : await listen(options);
    links?.admitWith("the servers of one run");
    if (onMessage !== undefined) {
      links?.onMessage((_, body) => onMessage(body.$case === "handoff" ? (body.value.step?.$case ?? "") : body.$case));
      links?.onBulk(() => onMessage("ghosts"));
    }
    const ids = new IdSource();
    ids.grant({ first: 1 + self * ID_BLOCK_SIZE, size: ID_BLOCK_SIZE });
    const most = 100_000;
    const runtime = await ZoneRuntime.start({
      ...{ game, zoneName, zoneInstanceId: self, ids, characters: new OneBackend() },
      settings: {
        ...{ ...defaultZoneSettings, stopWithinMs: 200, maxConnections: most, hardPlayerCap: most },
        // Players without a client stay for the whole run.
        linkDeadMs: 3_600_000,
      },
      admission: openAdmission,
      clock: machineClock,
      meshMs: () => machineClock.nowMs(),
      logger: silentLogger(),
      inspectCredential: undefined,
      onPresence: () => {},
      isTickedByHand: true,
      ...(links !== undefined &&
        partition !== undefined && {
          mesh: {
            links,
            settings: { ...defaultMeshSettings, ...settings },
            partition: updateOf(partition, []),
            tellCoordinator: (body) => {
              if (body.$case === "resolveQuestion") onDoubt?.();
              return true;
            },
          },
        }),
    });
    return new MeshServer(options, runtime, links);
  }

  get ports(): PeerPorts {
    const { runtime, links } = this;
    return {
      id: this.#options.self,
      s2sPort: links?.address.port ?? 0,
      s2sSocket: links?.address.socketPath ?? "",
      gameUrl: `ws://127.0.0.1:${runtime.port}`,
    };
  }

  /** The same ground every time; what the parent adds is where its servers are. */
  meet(peers: readonly PeerPorts[]): void {
    const { partition } = this.#options;
    if (partition !== undefined) this.runtime.mesh?.applyPartition(updateOf(partition, peers));
  }

  async stop(): Promise<void> {
    await this.runtime.stop({ code: "stopping", reason: "the run is over", keep: "discard" });
    await this.links?.[Symbol.asyncDispose]();
  }
}

function listen({ self, game, channels }: MeshServerOptions): Promise<PeerLinks> {
  return PeerLinks.listen({
    transport: linkTransport(channels ?? hostChannels()),
    address: { host: "127.0.0.1", port: 0 },
    hello: {
      ...{ protocolVersion: LINK_PROTOCOL_VERSION, role: "zone-server", customerGuid: "bench", zoneInstanceId: self },
      ...{ incarnation: `server ${self}`, schemaHash: schemaOf(game).hash, components: [], pid: process.pid },
    },
    prng: Prng.fromSeed(self),
    clock: machineClock,
    logger: silentLogger(),
  });
}

function updateOf(partition: Partition, ports: readonly PeerPorts[]) {
  const { version, cells } = partitionToWire(partition);
  const at = (port: number, url: string) => ({ ip: "127.0.0.1", port, url });
  const peers = ports.map(({ id, s2sPort, s2sSocket, gameUrl }) => ({
    zoneInstanceId: id,
    s2sEndpoint: at(s2sPort, ""),
    s2sSocket,
    gameEndpoint: at(0, gameUrl),
  }));
  return { version, cells: [...cells], peers };
}
