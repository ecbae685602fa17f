import { connect } from "@ows/client";
import game from "@ows/demo/game";
import type { Stack } from "./commuter.ts";

type World = Awaited<ReturnType<typeof connectAs>>;

/** A voice rests for 900 ms; one that speaks in every so manyth snapshot is never too early. */
const SPEAK_EVERY = 25;
const HIT_EVERY = 10;
const TURN_EVERY = 15;
const HIT_RANGE_METRES = 3;
/** Farther from the middle it goes home, to be heard by all. */
const HOME_METRES = 15;

/** A player of the demo that walks about in the middle of the meadow, talks all the time and hits what it meets. */
export class Villager implements AsyncDisposable {
  readonly name: string;
  readonly world: World;
  readonly entityId: number;
  /** What should not have happened: lost links, closings, another entity. */
  readonly troubles: string[] = [];
  readonly servers = new Set<number>();
  /** What it said. */
  readonly said: string[] = [];
  /** Every line that it heard, and how often. */
  readonly heard = new Map<string, number>();
  hits = 0;
  hitAnswers = 0;
  #lines = 0;
  #snapshots = 0;
  #isBusy = true;

  private constructor(name: string, world: World) {
    this.name = name;
    this.world = world;
    this.entityId = world.me?.ref ?? 0;
    world.on("closing", ({ code, reason }) => this.troubles.push(`closing ${code}: ${reason}`));
    world.on("disconnected", ({ message }) => this.troubles.push(`disconnected: ${message}`));
    world.on("trouble", ({ message }) => this.troubles.push(`trouble: ${message}`));
    world.on("event", (event) => {
      if (event.name === "hit") this.hitAnswers++;
      if (event.name !== "say") return;
      const { line } = event.data as { line: string };
      this.heard.set(line, (this.heard.get(line) ?? 0) + 1);
    });
    world.on("snapshot", () => this.#live());
  }

  static async enter(stack: Stack, name: string): Promise<Villager> {
    return new Villager(name, await connectAs(stack, name));
  }

  /** Stands still and holds its tongue. */
  rest(): void {
    this.#isBusy = false;
    this.world.input("move", { x: 0, y: 0 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]();
  }

  #live(): void {
    const { me, server } = this.world;
    if (me === undefined || server === undefined) return;
    if (me.ref !== this.entityId) this.troubles.push(`entity ${me.ref} instead of ${this.entityId}`);
    this.servers.add(server.zoneInstanceId);
    if (!this.#isBusy) return;
    this.#snapshots++;
    if (this.#snapshots % TURN_EVERY === 0) this.#turn();
    if (this.#snapshots % SPEAK_EVERY === 0) this.#speak();
    if (this.#snapshots % HIT_EVERY === 0) this.#hit();
  }

  #turn(): void {
    const { x, y } = this.world.me?.position ?? { x: 0, y: 0 };
    const isHome = Math.hypot(x, y) < HOME_METRES;
    const angle = isHome ? this.#snapshots : Math.atan2(-y, -x);
    this.world.input("move", { x: Math.round(100 * Math.cos(angle)), y: Math.round(100 * Math.sin(angle)) });
  }

  #speak(): void {
    const line = `${this.name} ${++this.#lines}`;
    if (this.world.input("say", { line })) this.said.push(line);
  }

  #hit(): void {
    const { me, entities } = this.world;
    const near = [...entities.values()].find((other) => (me?.distanceTo(other) ?? Number.NaN) < HIT_RANGE_METRES);
    if (near !== undefined && this.world.input("hit", { target: near.ref })) this.hits++;
  }
}

function connectAs(stack: Stack, name: string) {
  return connect({
    url: stack.publicApi,
    customer: stack.customerGuid,
    account: { email: `${name}@example.com`, password: "correct horse" },
    character: name,
    createIfMissing: { className: "Wanderer" },
    zone: "Meadow",
    game,
  });
}
