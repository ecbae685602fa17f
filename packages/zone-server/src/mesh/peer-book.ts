import type { Clock } from "@ows/base";
import { cellAt, FINEST_LEVEL, formatCell, type GridBounds, type GroundPoint, type ServerId } from "@ows/mesh";
import type { Peer } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";
import type { PeerAddress, PeerLinks } from "./peer-links.ts";

/** A link that is needed for longer than this is asked for; most come back by themselves before. */
const ASK_AFTER_MS = 250;
/** How often at most, for each peer. */
const ASK_EVERY_MS = 2_000;

/** A link that is needed, and for whom. */
export type LinkWish = {
  /** Empty for what is no character. */
  readonly characterName: string;
  readonly currentCell: string;
  /** The server that owns it is wanted. */
  readonly targetCell: string;
};

/** Lets the server that owns a cell know that a link is needed. Answers where that server is; rejects with the reason. */
export type AskForLink = (wish: LinkWish) => Promise<Peer>;

export type PeerBookOptions = {
  readonly links: PeerLinks;
  readonly bounds: GridBounds;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly askForLink: AskForLink | undefined;
};

type Need = { askAtMs: number; isAsking: boolean };

/** Where the other servers of the mesh instance are, and what is done when one that is needed can't be reached. */
export class PeerBook {
  readonly #options: PeerBookOptions;
  readonly #needs = new Map<ServerId, Need>();
  #peers = new Map<ServerId, Peer>();

  constructor(options: PeerBookOptions) {
    this.#options = options;
    options.links.onUp((peer) => this.#needs.delete(peer));
  }

  /** Where the clients of a server attach. */
  gameUrlOf(server: ServerId): string | undefined {
    return this.#peers.get(server)?.gameEndpoint?.url;
  }

  /** All the others, as the coordinator says. */
  set(peers: readonly Peer[]): void {
    this.#peers = new Map(peers.map((peer) => [peer.zoneInstanceId, peer]));
    this.#options.links.setPeers(peers.flatMap((peer) => addressOf(peer) ?? []));
  }

  /** A peer is there, and one of the two needs a link. */
  learn(peer: Peer): boolean {
    const address = addressOf(peer);
    if (address === undefined || !this.#options.links.learn(address)) return false;
    if (!this.#peers.has(peer.zoneInstanceId)) this.#peers.set(peer.zoneInstanceId, peer);
    return true;
  }

  /** An entity that stands at `from` should go to `to`, which can't be reached. Called each tick. */
  needsLink(to: ServerId, why: () => { characterName: string; from: GroundPoint; at: GroundPoint }): void {
    const { clock, askForLink } = this.#options;
    const nowMs = clock.nowMs();
    const need = this.#needs.get(to) ?? { askAtMs: nowMs + ASK_AFTER_MS, isAsking: false };
    this.#needs.set(to, need);
    if (askForLink === undefined || need.isAsking || nowMs < need.askAtMs) return;
    const { characterName, from, at } = why();
    need.isAsking = true;
    need.askAtMs = nowMs + ASK_EVERY_MS;
    void this.#ask(askForLink, need, { characterName, currentCell: this.#cell(from), targetCell: this.#cell(at) });
  }

  async #ask(askForLink: AskForLink, need: Need, wish: LinkWish): Promise<void> {
    const { logger } = this.#options;
    try {
      const peer = await askForLink(wish);
      logger.info({ peer: peer.zoneInstanceId, wish }, "a link that is needed was asked for");
      this.learn(peer);
    } catch (error) {
      logger.warn({ wish, reason: String(error) }, "a link that is needed could not be asked for");
    } finally {
      need.isAsking = false;
    }
  }

  #cell({ x, y }: GroundPoint): string {
    return formatCell(cellAt(this.#options.bounds, FINEST_LEVEL, x, y));
  }
}

function addressOf({ zoneInstanceId: id, s2sEndpoint: at, s2sSocket }: Peer): PeerAddress | undefined {
  return at && { id, host: at.ip, port: at.port, socketPath: s2sSocket === "" ? undefined : s2sSocket };
}
