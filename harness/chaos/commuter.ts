import { type EntityId, NO_ENTITY } from "@ows/base";
import { connect, type Handoff } from "@ows/client";
import type { SeenEntity } from "@ows/game";
import type { DevStack } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import type { Border } from "./border.ts";
import game, { REACH_METRES } from "./crossing-game.ts";

type World = Awaited<ReturnType<typeof connectAs>>;

/** Where a client finds the backend. */
export type Stack = Pick<DevStack, "publicApi" | "customerGuid">;

/** What the servers noted about one player and what its client noticed, as plain data. */
export type CommuterRecord = ReturnType<Commuter["record"]>;

/** How far behind the border it turns when the servers do not change, in metres. */
const TURN_METRES = 60;
/** At full speed. */
const METRES_PER_TICK = 1.5;
const STILL = { x: 0, y: 0 };
/** Who stands farther away may be out of reach when the blow comes to the server. */
const STRIKES_WITHIN_METRES = REACH_METRES - 4;
/** In so manyth snapshots: every move is counted as well, marks show their order. */
const MARK_EVERY = 4;
/** An answer to a blow that has not come by then never will: its call was given up before. */
const ANSWERS_WITHIN_MS = 7_000;

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
  /** Blows that were sent. */
  blows = 0;
  /** Of every blow that was answered: why it failed, or empty. */
  readonly blowAnswers: string[] = [];
  /** In hundredths of full speed. */
  speed = 100;
  /** While it walks it strikes at somebody near it in every so manyth snapshot; 0: never. */
  strikeEvery = 0;
  #snapshots = 0;
  #server: number | undefined;
  #ref: EntityId;
  #isWalking = false;
  readonly #border: Border;

  private constructor(characterName: string, world: World, border: Border) {
    this.characterName = characterName;
    this.world = world;
    this.#border = border;
    this.entityId = world.me?.ref ?? 0;
    this.#ref = this.ref;
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

  static async enter(stack: Stack, characterName: string, border: Border): Promise<Commuter> {
    return new Commuter(characterName, await connectAs(stack, characterName), border);
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

  record() {
    const { characterName, entityId, crossings, marks, blows, troubles, handoffs } = this;
    const { me, stats } = this.world;
    const seen = { characterName, entityId, crossings, marks, blows, troubles };
    const felt = {
      interruptionMs: handoffs.map(({ interruptionMs }) => interruptionMs),
      jumpMetres: handoffs.map(({ jumpMetres }) => jumpMetres),
      changes: stats.handoffs,
      lostInputs: stats.lostInputs,
      appliedInputs: stats.appliedInputs,
    };
    if (me === undefined) return { ...seen, felt, noted: undefined };
    const { position } = me.entity;
    const { moves, marks: applied, last, mistakes } = me.entity.Trace;
    const { one, two, more, longest, repeated, skipped } = me.entity.Life;
    const noted = {
      position: [position.x, position.y, position.z],
      trace: { moves, marks: applied, last, mistakes },
      life: { one, two, more, longest, repeated, skipped },
      account: this.account,
    };
    return { ...seen, felt, noted };
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
    this.world.input("move", STILL);
    this.mark();
    await waitUntil(`${this.characterName} has all its ${this.marks} marks`, () => {
      return this.world.me?.entity.Trace.last === this.marks;
    });
  }

  /** Done when every change of server so far is measured and every blow answered, or will not be any more. */
  async settle(): Promise<void> {
    const { crossings } = this;
    const isMeasured = () => this.handoffs.length >= crossings;
    const isAnswered = () => {
      const { struck, missed } = this.account;
      return struck === this.blows && missed + this.blowAnswers.length >= struck;
    };
    await waitUntil("nothing is open", () => isMeasured() && isAnswered(), ANSWERS_WITHIN_MS).catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]();
  }

  #look(): void {
    const { me, server } = this.world;
    if (me === undefined || server === undefined) return;
    if (me.ref !== this.#ref) this.troubles.push(`entity ${me.ref} instead of ${this.#ref}`);
    this.#ref = me.ref;
    if (server.zoneInstanceId !== this.#server) {
      this.crossings++;
      this.#server = server.zoneInstanceId;
    }
    if (!this.#isWalking) return;
    this.#snapshots++;
    if (this.#snapshots % MARK_EVERY === 0) this.mark();
    if (this.strikeEvery > 0 && this.#snapshots % this.strikeEvery === 0) this.#strike();
    const goesEast = server.zoneInstanceId === this.#border.west;
    const away = goesEast ? this.x - this.#border.x : this.#border.x - this.x;
    const x = away > TURN_METRES ? 0 : goesEast ? this.speed : -this.speed;
    this.world.input("move", { x, y: 0 });
  }

  /** Sends the next number and answers the newest that was sent. */
  mark(): number {
    if (this.world.input("mark", { n: this.marks + 1 })) this.marks++;
    return this.marks;
  }

  #strike(): void {
    const { me, entities } = this.world;
    const isNear = (other: SeenEntity) => (me?.distanceTo(other) ?? Number.POSITIVE_INFINITY) < STRIKES_WITHIN_METRES;
    const target = [...entities.values()].find(isNear);
    if (target !== undefined && this.world.input("strike", { target: target.ref })) this.blows++;
  }
}

function connectAs(stack: Stack, characterName: string) {
  return connect({
    url: stack.publicApi,
    customer: stack.customerGuid,
    account: { email: `${characterName}@example.com`, password: "correct horse" },
    character: characterName,
    createIfMissing: { className: "Wanderer" },
    zone: "Meadow",
    game,
  });
}
