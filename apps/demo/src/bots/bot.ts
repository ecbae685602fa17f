import { Prng } from "@ows/base";
import { connect, WorldClosedError } from "@ows/client";
import type { SeenEntity } from "@ows/game";
import { Health, Swing } from "../game/components.ts";
import game from "../game.ts";
import { BotMind } from "./bot-mind.ts";

export type BotOptions = {
  readonly number: number;
  readonly url: string;
  readonly customer: string;
  readonly signal: AbortSignal;
  readonly count: (what: "hits" | "lines" | "reconnects") => void;
  readonly complain: (message: string) => void;
};

type World = Awaited<ReturnType<typeof connectBot>>;

/** Bots think this often, in milliseconds. */
const THINK_MS = 200;
/** They come back for as long as they run. */
const patience = { giveUpAfterMs: Number.POSITIVE_INFINITY, giveUpFirstAfterMs: Number.POSITIVE_INFINITY };
const SIT_OUT_MS = 5_000;
const NICKNAMES = ["Wren", "Fern", "Moss", "Reed", "Lark", "Thorn", "Hazel", "Rook", "Clover", "Flint"];

/** One bot: an account, a character and a mind that plays it until the signal ends it. */
export class Bot {
  readonly #options: BotOptions;
  readonly #prng: Prng;
  #world: World | undefined;

  constructor(options: BotOptions) {
    this.#options = options;
    this.#prng = Prng.fromSeed(`bot ${options.number}`);
  }

  get world(): World | undefined {
    return this.#world;
  }

  /** Plays until the signal ends it. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#play();
      } catch (error) {
        if (signal.aborted) return;
        this.#options.complain(`bot ${this.#options.number}: ${error instanceof Error ? error.message : error}`);
      }
      await pause(SIT_OUT_MS + this.#prng.int(0, SIT_OUT_MS), signal);
    }
  }

  /** Until the world is closed: by the signal, or because somebody else plays this character. */
  async #play(): Promise<void> {
    const { signal } = this.#options;
    await using world = await connectBot(this.#options, this.#prng.u32());
    this.#world = world;
    const closed = Promise.withResolvers<void>();
    const leave = () => world.leave();
    signal.addEventListener("abort", leave, { once: true });
    world.on("connected", () => this.#options.count("reconnects"));
    world.on("state", (state) => {
      if (state.phase !== "closed") return;
      if (state.code === "left") closed.resolve();
      else closed.reject(new WorldClosedError(state));
    });
    const mind = new BotMind(this.#prng, performance.now());
    let thinkAtMs = 0;
    world.on("snapshot", () => {
      const nowMs = performance.now();
      if (nowMs < thinkAtMs) return;
      thinkAtMs = nowMs + THINK_MS;
      this.#act(world, mind, nowMs);
    });
    try {
      if (signal.aborted) return;
      await closed.promise;
    } finally {
      signal.removeEventListener("abort", leave);
      this.#world = undefined;
    }
  }

  #act(world: World, mind: BotMind, nowMs: number): void {
    const { me, server } = world;
    if (me === undefined || server === undefined) return;
    if (me.get(Health)?.now === 0) return;
    const prey = [...world.entities.values()].filter(isPrey);
    const canSwing = me.get(Swing)?.ready ?? false;
    const decision = mind.decide({ me: me.position, bounds: server.bounds, prey, canSwing }, nowMs);
    world.input("move", decision.move);
    if (decision.hit !== undefined && world.input("hit", { target: decision.hit })) this.#options.count("hits");
    if (decision.say !== undefined && world.input("say", { line: decision.say })) this.#options.count("lines");
  }
}

function isPrey(entity: SeenEntity): boolean {
  return entity.className !== "Wanderer" && (entity.get(Health)?.now ?? 0) > 0;
}

function connectBot({ number, url, customer, signal }: BotOptions, seed: number) {
  const digits = String(number).padStart(2, "0");
  return connect({
    url,
    customer,
    // For development servers only: whoever knows the source knows this password.
    account: { email: `bot-${digits}@bots.local`, password: `bot-${digits}-of-the-meadow` },
    character: `Bot${digits}${NICKNAMES[number % NICKNAMES.length]}`,
    createIfMissing: { className: "Wanderer" },
    game,
    policy: patience,
    seed,
    signal,
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
