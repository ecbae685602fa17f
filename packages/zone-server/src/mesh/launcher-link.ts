import type { Prng } from "@ows/base";
import { type ChannelAddress, keepLinked, type Link, type LinkTransport } from "@ows/mesh-runtime";
import type { Hello, LinkBody, PrepareToReceivePlayer } from "@ows/protocol/mesh";
import type { Logger } from "@ows/service-kit";

/** Without its launcher for this long, a zone server stops: nobody would look after it. */
const ORPHANED_AFTER_MS = 2_000;

export type LauncherLinkOptions = {
  readonly transport: LinkTransport;
  readonly address: ChannelAddress;
  readonly hello: Hello;
  readonly prng: Prng;
  readonly logger: Logger;
  readonly stop: (reason: string) => void;
  /** Another server will hand somebody over. */
  readonly prepareToReceive?: (preparation: PrepareToReceivePlayer) => void;
};

/** The loopback link to the launcher: by it the launcher knows that this process lives, and this one that it is cared for. */
export class LauncherLink implements AsyncDisposable {
  readonly #options: LauncherLinkOptions;
  readonly #keeper: AsyncDisposable;
  #link: Link | undefined;
  #orphaned: NodeJS.Timeout | undefined;
  #isDisposed = false;
  /** Told again on a new link. */
  #ready: LinkBody | undefined;

  constructor(options: LauncherLinkOptions) {
    this.#options = options;
    this.#keeper = keepLinked({
      connect: (signal) => {
        const { address, hello } = options;
        return options.transport.connect({ address, hello, peerRoles: ["launcher"], signal });
      },
      onLink: (link) => this.#attach(link),
      onDown: (end, wasLinked) => {
        this.#link = undefined;
        if (wasLinked && end.reason !== "closed") options.logger.warn({ end }, "launcher link lost");
        this.#startCountdown();
      },
      prng: options.prng,
      backoff: { firstMs: 50, maxMs: 400 },
    });
    this.#startCountdown();
  }

  tellReady(gameEndpoint: { readonly ip: string; readonly port: number; readonly url: string }): void {
    this.#ready = { $case: "ready", value: { gameEndpoint } };
    this.#link?.send(this.#ready);
  }

  tellEnding(reason: string): void {
    this.#link?.send({ $case: "ending", value: { reason } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#orphaned);
    this.#orphaned = undefined;
    this.#isDisposed = true;
    await this.#keeper[Symbol.asyncDispose]();
  }

  #attach(link: Link): void {
    clearTimeout(this.#orphaned);
    this.#orphaned = undefined;
    this.#link = link;
    link.onMessage((body) => {
      if (body.$case === "stop") this.#options.stop(body.value.reason);
      else if (body.$case === "prepareToReceivePlayer") this.#options.prepareToReceive?.(body.value);
    });
    if (this.#ready !== undefined) link.send(this.#ready);
  }

  #startCountdown(): void {
    if (this.#isDisposed || this.#orphaned !== undefined) return;
    this.#orphaned = setTimeout(() => this.#options.stop(`no launcher for ${ORPHANED_AFTER_MS} ms`), ORPHANED_AFTER_MS);
  }
}
