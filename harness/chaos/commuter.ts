import { type EntityId, NO_ENTITY } from "@ows/base";
import { connect, type Handoff } from "@ows/client";
import type { DevStack } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import type { Border } from "./border.ts";
import game from "./crossing-game.ts";

type World = Awaited<ReturnType<typeof connectAs>>;

/** How far behind the border it turns when the servers do not change, in metres. */
const TURN_METRES = 60;
/** At full speed. */
const METRES_PER_TICK = 1.5;
const STILL = { x: 0, y: 0 };

/** A player with the SDK that walks to and fro over a border and numbers what it does. */
export class Commuter implements AsyncDisposable {
  readonly characterName: string;
  readonly entityId: number;
  readonly world: World;
  readonly handoffs: Handoff[] = [];
  /** What should not have happened: lost links, closings, another entity. */
  readonly troubles: string[] = [];
  /** Changes of server, as the world shows them. */
  crossings = 0;
  marks = 0;
  largestCorrectionMetres = 0;
  /** Of every blow that was answered: why it failed, or empty. */
  readonly blowAnswers: string[] = [];
  /** In hundredths of full speed. */
  speed = 100;
  #server: number | undefined;
  #isWalking = false;
  readonly #border: Border;

  private constructor(characterName: string, world: World, border: Border) {
    this.characterName = characterName;
    this.world = world;
    this.#border = border;
    this.entityId = world.me?.ref ?? 0;
    this.#server = world.server?.zoneInstanceId;
    world.on("handoff", (handoff) => this.handoffs.push(handoff));
    world.on("closing", ({ code, reason }) => this.troubles.push(`closing ${code}: ${reason}`));
    world.on("disconnected", ({ message }) => this.troubles.push(`disconnected: ${message}`));
    world.on("trouble", ({ message }) => this.troubles.push(`trouble: ${message}`));
    world.on("event", ({ name, data }) => {
      if (name === "blow") this.blowAnswers.push((data as { failure: string }).failure);
    });
    world.on("snapshot", () => this.#look());
  }

  static async enter(dev: DevStack, characterName: string, border: Border): Promise<Commuter> {
    return new Commuter(characterName, await connectAs(dev, characterName), border);
  }

  get x(): number {
    return this.world.me?.entity.position.x ?? Number.NaN;
  }

  get ref(): EntityId {
    return this.world.me?.ref ?? NO_ENTITY;
  }

  /** What the servers noted about this player. Throws when it is not in the world. */
  get account() {
    const { me } = this.world;
    if (me === undefined) throw new Error(`${this.characterName} is not in the world`);
    const { struck, missed, taken } = me.entity.Blows;
    const failures = this.blowAnswers.filter((failure) => failure !== "");
    return { struck, missed, taken, given: this.blowAnswers.length - failures.length, failures };
  }

  sees(other: Commuter): boolean {
    return this.world.entities.has(other.ref);
  }

  /** Walks straight to a place at most `speed` hundredths of full speed; done when it stands there as the server has it. */
  async goTo(x: number, y: number, speed = 100): Promise<void> {
    await waitUntil(
      `${this.characterName} comes to ${x}, ${y}`,
      () => {
        const { me } = this.world;
        if (me === undefined) return false;
        const { position } = me.entity;
        const [dx, dy] = [x - position.x, y - position.y];
        const away = Math.hypot(dx, dy);
        // What a tick takes at full speed: nearer than that it slows down.
        const share = Math.min(speed, (away / METRES_PER_TICK) * 50) / Math.max(away, 0.01);
        const near = away < 0.3;
        this.world.input("move", near ? STILL : { x: Math.round(dx * share), y: Math.round(dy * share) });
        return near;
      },
      30_000,
    );
    await this.stop();
  }

  walk(): void {
    this.#isWalking = true;
  }

  /** Stands still; done when the server has everything that was sent before. */
  async stop(): Promise<void> {
    this.#isWalking = false;
    this.world.input("move", { x: 0, y: 0 });
    this.#mark();
    await waitUntil(`${this.characterName} has all its ${this.marks} marks`, () => {
      return this.world.me?.entity.Trace.last === this.marks;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]();
  }

  #look(): void {
    const { me, server, stats } = this.world;
    if (me === undefined || server === undefined) return;
    if (me.ref !== this.entityId) this.troubles.push(`entity ${me.ref} instead of ${this.entityId}`);
    this.largestCorrectionMetres = Math.max(this.largestCorrectionMetres, stats.lastCorrectionMetres);
    if (server.zoneInstanceId !== this.#server) {
      this.crossings++;
      this.#server = server.zoneInstanceId;
    }
    if (!this.#isWalking) return;
    this.#mark();
    const goesEast = server.zoneInstanceId === this.#border.west;
    const away = goesEast ? this.x - this.#border.x : this.#border.x - this.x;
    const x = away > TURN_METRES ? 0 : goesEast ? this.speed : -this.speed;
    this.world.input("move", { x, y: 0 });
  }

  #mark(): void {
    if (this.world.input("mark", { n: this.marks + 1 })) this.marks++;
  }
}

function connectAs(dev: DevStack, characterName: string) {
  return connect({
    url: dev.publicApi,
    customer: dev.customerGuid,
    account: { email: `${characterName}@example.com`, password: "correct horse" },
    character: characterName,
    createIfMissing: { className: "Wanderer" },
    zone: "Meadow",
    game,
  });
}
