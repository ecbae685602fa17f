import type { Clock, Endpoint, Prng } from "@ows/base";
import type { LinkTransport } from "@ows/mesh-runtime";
import type { Hello, LinkBody, PartitionUpdate, PrepareToReceivePlayer } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";
import type { JoinAnswer } from "../backend/http-backend.ts";
import type { MeshNode } from "./mesh-node.ts";
import { defaultMeshSettings, type MeshSettings } from "./mesh-settings.ts";
import { PeerLinks } from "./peer-links.ts";

/** Orders that may wait for the world to begin. */
const MAX_EARLY = 1_024;

export type MeshEntranceOptions = {
  readonly transport: LinkTransport;
  readonly hello: Omit<Hello, "credential">;
  readonly prng: Prng;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly host: string;
  /** Where other servers reach this machine. */
  readonly publicIp: string;
  /** How long an entity stays at least where it came to, in milliseconds; a second unless told. */
  readonly minimumStayMs?: number;
  /** How long a handoff that goes by a newer partition waits for that, in milliseconds; 250 unless told. */
  readonly partitionWaitMs?: number;
};

/**
 * What a zone server has of its mesh instance before its world begins: the port for the others, the ground as it was
 * announced last, and orders that came too early.
 */
export class MeshEntrance implements AsyncDisposable {
  readonly links: PeerLinks;
  /** Resolves with the first partition in which this server has ground. */
  readonly ground: Promise<PartitionUpdate>;
  readonly #options: MeshEntranceOptions;
  readonly #resolveGround: (update: PartitionUpdate) => void;
  readonly #early: LinkBody[] = [];
  #node: MeshNode | undefined;

  private constructor(options: MeshEntranceOptions, links: PeerLinks) {
    this.#options = options;
    this.links = links;
    const { promise, resolve } = Promise.withResolvers<PartitionUpdate>();
    this.ground = promise;
    this.#resolveGround = resolve;
  }

  static async open(options: MeshEntranceOptions): Promise<MeshEntrance> {
    const { transport, hello, prng, clock, logger, host } = options;
    const address = { host, port: 0 };
    return new MeshEntrance(options, await PeerLinks.listen({ transport, hello, prng, clock, logger, address }));
  }

  get endpoint(): Endpoint {
    const { port } = this.links.address;
    const ip = this.#options.publicIp;
    return { ip, port, url: `tcp://${ip}:${port}` };
  }

  /** Answers what the world needs to share its zone; `undefined` when it has the zone for itself. */
  joined({ settings, partition, peers }: JoinAnswer): { links: PeerLinks; settings: MeshSettings } | undefined {
    if (settings.meshed !== true || typeof settings.linkSecret !== "string") {
      void this.links[Symbol.asyncDispose]();
      return undefined;
    }
    this.links.admitWith(settings.linkSecret);
    if (partition.version > 0) {
      this.receive({ $case: "partitionUpdate", value: { ...partition, peers } });
    }
    const { target, minimumStayMs: stayMs } = defaultMeshSettings;
    const { minimumStayMs = stayMs, partitionWaitMs = target.partitionWithinMs } = this.#options;
    return {
      links: this.links,
      settings: {
        ...{ ...defaultMeshSettings, minimumStayMs, isStorm: settings.storm === true },
        target: { ...target, partitionWithinMs: partitionWaitMs },
      },
    };
  }

  /** Takes what the coordinator says about ground and ownership. */
  receive(body: LinkBody): void {
    if (body.$case !== "partitionUpdate" && body.$case !== "ownershipOrder") return;
    if (this.#node !== undefined) apply(this.#node, body);
    else {
      if (this.#early.length < MAX_EARLY) this.#early.push(body);
      else this.#options.logger.error({ kind: body.$case }, "too many orders before the world began");
      const { zoneInstanceId } = this.#options.hello;
      if (body.$case !== "partitionUpdate") return;
      if (body.value.cells.some((cell) => cell.zoneInstanceId === zoneInstanceId)) this.#resolveGround(body.value);
    }
  }

  /** What comes before the world begins is asked for again. */
  prepareToReceive(preparation: PrepareToReceivePlayer): void {
    this.#node?.prepareToReceive(preparation);
  }

  /** The world begins: it hears all that came before, in order. */
  handTo(node: MeshNode): void {
    this.#node = node;
    for (const body of this.#early.splice(0)) apply(node, body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.links[Symbol.asyncDispose]();
  }
}

function apply(node: MeshNode, body: LinkBody): void {
  if (body.$case === "partitionUpdate") node.applyPartition(body.value);
  else if (body.$case === "ownershipOrder") node.order(body.value);
}
