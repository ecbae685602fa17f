import type { Clock, IdSource, Prng } from "@ows/base";
import { keepLinked, type Link, LinkError, type LinkTransport } from "@ows/mesh-runtime";
import type { Hello, LinkBody, Renew } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";
import { isFinal, type JoinAnswer } from "../backend/http-backend.ts";
import type { MeshClock } from "./mesh-clock.ts";

const RENEW_EVERY_MS = 250;
/** Renewals whose answer is awaited; older ones are forgotten. */
const MAX_OPEN_RENEWALS = 16;
/** After this many failed tries the coordinator is asked again where it listens. */
const TRIES_BEFORE_JOIN = 3;

export type ControlLinkOptions = {
  readonly transport: LinkTransport;
  readonly hello: Omit<Hello, "credential">;
  readonly join: JoinAnswer;
  /** Asks for a new Join, when the coordinator is not where it was. */
  readonly joinAgain: () => Promise<JoinAnswer>;
  readonly ids: IdSource;
  readonly meshClock: MeshClock;
  readonly clock: Clock;
  readonly prng: Prng;
  readonly logger: Logger;
  readonly load: () => Omit<Renew, "number">;
  /** Characters that live here: told again on each new link. */
  readonly present: () => readonly string[];
  /** Sends a character away; resolves when it is stored: whether it was here. */
  readonly evict: (characterName: string, reason: string) => Promise<boolean>;
  /** What concerns the ground and the ownership of a zone that several servers share. */
  readonly receive?: (body: LinkBody) => void;
  /** The coordinator wants this server to stop, or does not know it any more. */
  readonly stop: (reason: string) => void;
};

/** The link to the coordinator. While it is lost the server runs on; it comes back by itself. */
export class ControlLink implements AsyncDisposable {
  readonly #options: ControlLinkOptions;
  readonly #keeper: AsyncDisposable;
  readonly #timer: NodeJS.Timeout;
  readonly #sentAtMs = new Map<number, number>();
  #join: JoinAnswer;
  #link: Link | undefined;
  #failures = 0;
  #renewals = 0;
  #hasAskedForIds = false;

  constructor(options: ControlLinkOptions) {
    this.#options = options;
    this.#join = options.join;
    this.#keeper = keepLinked({
      connect: (signal) => this.#connect(signal),
      onLink: (link) => this.#attach(link),
      onDown: (end, wasLinked) => {
        this.#link = undefined;
        this.#failures++;
        if (wasLinked && end.reason !== "closed")
          options.logger.warn({ end }, "control link lost: running on, connecting again");
      },
      prng: options.prng,
    });
    this.#timer = setInterval(() => this.#renew(), RENEW_EVERY_MS);
  }

  get isUp(): boolean {
    return this.#link?.isOpen ?? false;
  }

  /** `false`: the coordinator can't be reached now. */
  send(body: LinkBody): boolean {
    return this.#link?.send(body) ?? false;
  }

  tellPresence(characterName: string, present: boolean): void {
    this.#link?.send({ $case: "playerPresence", value: { characterName, present } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#keeper[Symbol.asyncDispose]();
  }

  async #connect(signal: AbortSignal): Promise<Link> {
    const { transport, hello, logger } = this.#options;
    if (this.#failures >= TRIES_BEFORE_JOIN) await this.#findCoordinator();
    const { ip, port } = this.#join.controlEndpoint;
    const link = await transport.connect({
      address: { host: ip, port },
      hello: { ...hello, credential: this.#join.credential },
      peerRoles: ["coordinator"],
      signal,
    });
    logger.info({ ip, port }, "control link stands");
    return link;
  }

  async #findCoordinator(): Promise<void> {
    try {
      this.#join = await this.#options.joinAgain();
      // A granted block that is not needed is simply never used.
      if (this.#options.ids.wantsBlock) this.#options.ids.grant(this.#join.idBlock);
      this.#failures = 0;
    } catch (error) {
      if (isFinal(error)) this.#options.stop("the coordinator does not know this zone instance any more");
      throw new LinkError({ reason: "lost", detail: String(error), code: "" });
    }
  }

  #attach(link: Link): void {
    this.#link = link;
    this.#failures = 0;
    this.#hasAskedForIds = false;
    link.onMessage((body) => this.#receive(body));
    for (const characterName of this.#options.present()) this.tellPresence(characterName, true);
    this.#renew();
  }

  #renew(): void {
    if (this.#link === undefined) return;
    const number = ++this.#renewals;
    this.#sentAtMs.set(number, this.#options.clock.nowMs());
    this.#sentAtMs.delete(number - MAX_OPEN_RENEWALS);
    this.#link.send({ $case: "renew", value: { number, ...this.#options.load() } });
    if (this.#options.ids.wantsBlock && !this.#hasAskedForIds) {
      this.#hasAskedForIds = this.#link.send({ $case: "idBlockRequest", value: {} });
    }
  }

  #receive(body: LinkBody): void {
    const { ids, clock, meshClock, stop } = this.#options;
    switch (body.$case) {
      case "grant": {
        const sentAtMs = this.#sentAtMs.get(body.value.number);
        if (sentAtMs !== undefined) meshClock.sample(body.value.meshTimeMs, sentAtMs, clock.nowMs());
        this.#sentAtMs.delete(body.value.number);
        return;
      }
      case "idBlockGrant":
        this.#hasAskedForIds = false;
        ids.grant(body.value);
        return;
      case "evict":
        void this.#evict(body.value.number, body.value.characterName, body.value.reason);
        return;
      case "stop":
        stop(body.value.reason);
        return;
      default:
        this.#options.receive?.(body);
    }
  }

  async #evict(number: number, characterName: string, reason: string): Promise<void> {
    const wasHere = await this.#options.evict(characterName, reason);
    this.#link?.send({ $case: "evicted", value: { number, characterName, wasHere } });
  }
}
