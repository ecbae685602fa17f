import { Prng } from "@ows/base";
import { connect, type WebSocketConstructor, type World } from "@ows/client";
import game from "@ows/demo/game";
import { WebSocket } from "ws";
import type { DevStack } from "../dev-stack/start-dev.ts";

const TURN_EVERY_MS = 1_000;
const patience = { giveUpAfterMs: Number.POSITIVE_INFINITY, giveUpFirstAfterMs: Number.POSITIVE_INFINITY };

/** Players of the SDK that walk about and whose connections can be cut without a word. */
export class CuttablePlayers implements AsyncDisposable {
  readonly worlds: readonly Pick<World, "state" | "leave" | typeof Symbol.asyncDispose>[];
  readonly #sockets: Set<WebSocket>;
  readonly #turns: NodeJS.Timeout;

  private constructor(worlds: CuttablePlayers["worlds"], sockets: Set<WebSocket>, turns: NodeJS.Timeout) {
    this.worlds = worlds;
    this.#sockets = sockets;
    this.#turns = turns;
  }

  static async enter(dev: DevStack, count: number, seed: number): Promise<CuttablePlayers> {
    const sockets = new Set<WebSocket>();
    const webSocket = rememberingSocket(sockets);
    const prng = Prng.fromSeed(seed);
    const worlds = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        connect({
          url: dev.publicApi,
          customer: dev.customerGuid,
          account: { email: `cut-${i}@example.com`, password: "correct horse" },
          character: `Cut${String(i).padStart(2, "0")}`,
          createIfMissing: { className: "Wanderer" },
          game,
          webSocket,
          policy: patience,
          seed: prng.u32(),
        }),
      ),
    );
    const turns = setInterval(() => {
      for (const world of worlds) world.input("move", { x: prng.int(-90, 90), y: prng.int(-90, 90) });
    }, TURN_EVERY_MS);
    return new CuttablePlayers(worlds, sockets, turns);
  }

  /** Ends every connection as a pulled cable would, as far as one end can. */
  cut(): number {
    const cut = [...this.#sockets];
    for (const socket of cut) socket.terminate();
    return cut.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#turns);
    await Promise.all(this.worlds.map((world) => world[Symbol.asyncDispose]()));
  }
}

function rememberingSocket(sockets: Set<WebSocket>): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string) {
      super(url, { perMessageDeflate: false });
      this.once("open", () => sockets.add(this));
      this.once("close", () => sockets.delete(this));
    }
  };
}
