import type { AddressInfo } from "node:net";
import { ByteWriter, type EntityId } from "@ows/base";
import { component, defineClass, defineGame, i8, u16, u32 } from "@ows/game";
import {
  type ClassSchema,
  decodeClientMessage,
  encodeHandoffPrepare,
  encodeWelcome,
  quantise,
  schemaOf,
  writeDeltaRecord,
  writeFullRecord,
  writeSnapshot,
} from "@ows/protocol/game";
import { type WebSocket, WebSocketServer } from "ws";

/** Counts every tap, and every tap that does not follow the one before it. */
export const Tally = component({ taps: u32, last: u16, outOfOrder: u16, steps: u32 }, { seenBy: "owner" });
const Walker = defineClass("Walker", { components: { Tally }, maxSpeed: 12 });
const bounds = { minX: -5_000, minY: -5_000, maxX: 5_000, maxY: 5_000 };
const STEP = 6 / 50;

export const splitGame = defineGame({
  tickHz: 50,
  viewRadius: 100,
  classes: [Walker],
  player: Walker,
  zones: { default: { bounds } },
  inputs: { move: { x: i8 }, tap: { n: u16 } },
  join: (_player, ctx) => ctx.spawn(Walker, { at: { x: 0, y: 0, z: 0 } }),
  predict: {
    move(me, { x }) {
      me.position.x += x * STEP;
    },
  },
  onInput: {},
});
const schema = schemaOf(splitGame);
const ownSchema = schema.classes[0] as ClassSchema;

export const OWN_ID = 1 as EntityId;
export const OTHER_ID = 2 as EntityId;

type Half = {
  readonly id: number;
  readonly server: WebSocketServer;
  readonly alias: number;
  url: string;
  /** The client's link, once its token was good. */
  client: WebSocket | undefined;
  token: string | undefined;
};

/**
 * One world, two servers that hand its one avatar to and fro. What a real mesh would have to keep in agreement is here
 * simply the same variables; the links, tokens and messages are the real ones.
 */
export class SplitWorld implements AsyncDisposable {
  readonly tally = { taps: 0, last: 0, outOfOrder: 0, steps: 0 };
  handoffs = 0;
  attaches = 0;
  /** Inputs that came too early: a number before them was never sent on that link. */
  gaps = 0;
  forwardsInputs = true;
  #x = 0;
  #otherX = 0;
  #lastSeq = 0;
  #tick = 100;
  #epoch = 1;
  #isFresh = false;
  #owner: Half;
  readonly #halves: readonly Half[];
  #preparing: Half | undefined;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(halves: readonly [Half, Half]) {
    this.#halves = halves;
    this.#owner = halves[0];
    for (const half of halves) {
      half.server.on("connection", (socket) => {
        socket.on("message", (data: Buffer) => this.#receive(half, socket, data));
      });
    }
    this.#timer = setInterval(() => this.#runTick(), 20);
  }

  static async start(): Promise<SplitWorld> {
    const [a, b] = await Promise.all([openHalf(11, 3), openHalf(12, 4)]);
    return new SplitWorld([a, b]);
  }

  get url(): string {
    return this.#owner.url;
  }

  get ownerId(): number {
    return this.#owner.id;
  }

  get links(): number {
    return this.#halves.reduce((sum, { server }) => sum + server.clients.size, 0);
  }

  /** Tells the client where its avatar goes next; it goes at the first tick after the client is there. */
  prepare(): void {
    const target = this.#halves.find((half) => half !== this.#owner) as Half;
    this.#preparing = target;
    target.token = `token-${this.handoffs}`;
    target.client = undefined;
    const { id: zoneInstanceId, url, token } = target;
    this.#owner.client?.send(encodeHandoffPrepare({ type: "handoff-prepare", zoneInstanceId, url, token }));
  }

  /** The owner dies with all its connections, and the other half takes its avatar over where it stood. */
  killOwner(): void {
    const target = this.#halves.find((half) => half !== this.#owner) as Half;
    for (const socket of this.#owner.server.clients) socket.terminate();
    this.#owner.server.close();
    this.#handOver(target);
  }

  /** Says what it must not be believed: an old owner that wakes up. */
  speakAsFormerOwner(): void {
    const former = this.#halves.find((half) => half !== this.#owner) as Half;
    former.client?.send(this.#welcome(former, this.#epoch - 1));
    former.client?.send(this.#snapshot(former, true, 999));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const { server } of this.#halves) {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  #receive(half: Half, socket: WebSocket, data: Buffer): void {
    const parsed = decodeClientMessage(data, schema);
    if (!parsed.ok) throw new Error(parsed.reason);
    const message = parsed.value;
    if (message.type === "attach") this.#attach(half, socket, message.mode, message.token);
    if (message.type !== "inputs" || (half !== this.#owner && !this.forwardsInputs)) return;
    for (const [i, input] of message.inputs.entries()) this.#apply(message.firstSeq + i, input.kind, input.values);
  }

  #attach(half: Half, socket: WebSocket, mode: string, token: string): void {
    this.attaches++;
    const isGood = mode === "handoff" ? token === half.token : half === this.#owner;
    if (!isGood) return;
    half.client = socket;
    if (mode === "handoff") return;
    socket.send(this.#welcome(half, this.#epoch));
    this.#isFresh = true;
  }

  #apply(seq: number, kind: number, values: Readonly<Record<string, unknown>>): void {
    if (seq <= this.#lastSeq) return;
    if (seq > this.#lastSeq + 1) this.gaps++;
    this.#lastSeq = seq;
    const { tally } = this;
    if (schema.inputs[kind]?.name === "move") {
      this.#x += Number(values.x) * STEP;
      tally.steps++;
      return;
    }
    tally.taps++;
    if (values.n !== tally.last + 1) tally.outOfOrder++;
    tally.last = Number(values.n);
  }

  #runTick(): void {
    this.#tick++;
    this.#otherX += STEP;
    const { client } = this.#owner;
    if (client?.readyState === 1) client.send(this.#snapshot(this.#owner, this.#isFresh, this.#x));
    if (client !== undefined) this.#isFresh = false;
    if (this.#preparing?.client !== undefined) this.#handOver(this.#preparing);
  }

  #handOver(target: Half): void {
    this.#owner = target;
    this.#preparing = undefined;
    this.#epoch++;
    this.handoffs++;
    this.#isFresh = true;
    target.client?.send(this.#welcome(target, this.#epoch));
  }

  #welcome(half: Half, count: number): Uint8Array {
    return encodeWelcome({
      type: "welcome",
      entityId: OWN_ID,
      epoch: { term: 1, count },
      classIndex: 0,
      tick: this.#tick,
      tickHz: 50,
      viewRadius: 100,
      lastInputSeq: this.#lastSeq,
      zoneInstanceId: half.id,
      zoneName: "Meadow",
      serverName: `Meadow#${half.id}`,
      bounds,
      resumeToken: `resume-${half.id}`,
    });
  }

  /** The other one has another alias at each server. */
  #snapshot(half: Half, isFull: boolean, x: number): Uint8Array {
    const record = new ByteWriter(64);
    const steps = quantise(this.#otherX);
    const wire = { id: OTHER_ID, classIndex: 0, x: steps, y: 0, z: 0, yaw: 0 };
    const delta = { dx: steps - quantise(this.#otherX - STEP), dy: 0, dz: 0, yaw: undefined, componentMask: 0 };
    if (isFull) writeFullRecord(record, half.alias, wire, ownSchema, () => ({}));
    else writeDeltaRecord(record, half.alias, delta, ownSchema, () => ({}));
    const writer = new ByteWriter(256);
    writeSnapshot(writer, {
      tick: this.#tick,
      ackedSeq: this.#lastSeq,
      own: {
        position: [x, 0, 0],
        velocity: [0, 0, 0],
        yaw: 0,
        componentMask: 1,
        components: () => this.tally,
      },
      ownSchema,
      gone: [],
      full: isFull ? [record.finish()] : [],
      deltas: isFull ? [] : [record.finish()],
      events: [],
    });
    return writer.finish();
  }
}

async function openHalf(id: number, alias: number): Promise<Half> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { id, server, alias, url, client: undefined, token: undefined };
}
