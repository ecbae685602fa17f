import { performance } from "node:perf_hooks";
import { Prng } from "@ows/base";
import {
  decodeServerMessage,
  encodeClientMessage,
  GAME_PROTOCOL_VERSION,
  SNAPSHOT,
  SnapshotReader,
  schemaOf,
} from "@ows/protocol/game";
import { build, type Histogram } from "hdr-histogram-js";
import { WebSocket } from "ws";
import game from "./gas-game.ts";

/*
 * A process of clients: `node load-clients.ts <json>`; prints one line of JSON at the end.
 * Open loop: each client sends one move per tick at its own phase, whatever comes back. One client in ten decodes whole
 * snapshots, the others only their head, so that this process stays well below one core; it says when it did not.
 */
type Order = {
  readonly url: string;
  readonly first: number;
  readonly clients: number;
  readonly warmupS: number;
  readonly measureS: number;
  readonly seed: number;
};

const order = JSON.parse(process.argv[2] ?? "{}") as Order;
const schema = schemaOf(game);
const TICK_MS = 1000 / game.definition.tickHz;

class Client {
  readonly #socket: WebSocket;
  readonly #prng: Prng;
  readonly #decodes: boolean;
  #reader: SnapshotReader | undefined;
  #seq = 0;
  #lastAtMs = 0;
  #heading = 0;
  acked = 0;
  snapshots = 0;
  bytes = 0;
  visible = 0;
  closed: string | undefined;
  readonly #known = new Set<number>();

  constructor(index: number) {
    this.#prng = Prng.fromSeed(order.seed * 100_000 + index);
    this.#decodes = index % 10 === 0;
    this.#socket = new WebSocket(order.url, { perMessageDeflate: false });
    this.#socket.binaryType = "nodebuffer";
    this.#socket.on("open", () => {
      const hash = { protocolVersion: GAME_PROTOCOL_VERSION, gameHash: schema.hash };
      this.#socket.send(encodeClientMessage({ type: "attach", ...hash, mode: "ticket", token: `Gas${index}` }, schema));
    });
    this.#socket.on("message", (data) => this.#receive(data as Buffer));
    this.#socket.on("close", () => {
      this.closed ??= "connection closed";
    });
    this.#socket.on("error", (error) => {
      this.closed ??= error.message;
    });
  }

  get inWorld(): boolean {
    return this.#reader !== undefined;
  }

  move(): void {
    if (!this.inWorld || this.closed !== undefined) return;
    if (this.#prng.int(0, 39) === 0) this.#heading = this.#prng.float() * 2 * Math.PI;
    const values = { x: Math.round(Math.cos(this.#heading) * 127), y: Math.round(Math.sin(this.#heading) * 127) };
    const inputs = [{ kind: 0, values }];
    this.#socket.send(encodeClientMessage({ type: "inputs", seenTick: 0, firstSeq: ++this.#seq, inputs }, schema));
  }

  close(): void {
    this.closed ??= "done";
    this.#socket.terminate();
  }

  get unacked(): number {
    return this.#seq - this.acked;
  }

  #receive(data: Buffer): void {
    if (data[0] !== SNAPSHOT) {
      const decoded = decodeServerMessage(data);
      if (decoded.ok && decoded.value.type === "welcome")
        this.#reader = new SnapshotReader(schema, decoded.value.classIndex);
      if (decoded.ok && decoded.value.type === "closing") this.closed = decoded.value.reason;
      return;
    }
    this.acked = varintAt(data, 5);
    if (this.#decodes) this.#decode(data);
    if (!measuring) return;
    const nowMs = performance.now();
    if (this.snapshots > 0) gaps.recordValue(Math.round((nowMs - this.#lastAtMs) * 1000));
    this.#lastAtMs = nowMs;
    this.snapshots++;
    this.bytes += data.length;
  }

  #decode(data: Buffer): void {
    const decoded = this.#reader?.read(data);
    if (decoded?.ok !== true) {
      this.closed = `a snapshot that does not decode: ${decoded?.reason}`;
      return;
    }
    for (const alias of decoded.value.gone) this.#known.delete(alias);
    for (const full of decoded.value.full) this.#known.add(full.alias);
    this.visible = this.#known.size;
  }
}

function varintAt(data: Uint8Array, start: number): number {
  let value = 0;
  let scale = 1;
  for (let at = start; ; at++) {
    const byte = data[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 0x80;
  }
}

let measuring = false;
/** Time between two snapshots of one client, in microseconds. */
const gaps: Histogram = build({
  lowestDiscernibleValue: 1,
  highestTrackableValue: 60_000_000,
  numberOfSignificantValueDigits: 3,
});

const clients: Client[] = [];
for (let i = 0; i < order.clients; i++) {
  clients.push(new Client(order.first + i));
  if (i % 20 === 19) await new Promise((done) => setTimeout(done, 20));
}
const connectedBy = performance.now() + 30_000;
while (!clients.every((client) => client.inWorld) && performance.now() < connectedBy) {
  await new Promise((done) => setTimeout(done, 20));
}

// Clients are spread evenly over the tick, in ten groups.
const GROUPS = 10;
const stopAtMs = performance.now() + (order.warmupS + order.measureS) * 1000;
const measureAtMs = performance.now() + order.warmupS * 1000;
let cpuAtStart = process.cpuUsage();
let wallAtStart = performance.now();
await new Promise<void>((done) => {
  let step = 0;
  const startMs = performance.now();
  const next = () => {
    const nowMs = performance.now();
    if (!measuring && nowMs >= measureAtMs) {
      measuring = true;
      cpuAtStart = process.cpuUsage();
      wallAtStart = nowMs;
    }
    if (nowMs >= stopAtMs) return done();
    for (; startMs + (step * TICK_MS) / GROUPS <= nowMs; step++) {
      for (let i = step % GROUPS; i < clients.length; i += GROUPS) clients[i]?.move();
    }
    setTimeout(next, Math.max(0, startMs + (step * TICK_MS) / GROUPS - performance.now()));
  };
  next();
});
measuring = false;
const cpu = process.cpuUsage(cpuAtStart);
const wallS = (performance.now() - wallAtStart) / 1000;
const cpuShare = (cpu.user + cpu.system) / 1e6 / wallS;
const decoders = clients.filter((_, i) => (order.first + i) % 10 === 0);
const snapshots = clients.reduce((sum, client) => sum + client.snapshots, 0);
console.log(
  JSON.stringify({
    clients: clients.length,
    lost: clients.filter((client) => client.closed !== undefined).map((client) => client.closed),
    snapshotsPerClientS: snapshots / clients.length / wallS,
    bytesPerClientS: clients.reduce((sum, client) => sum + client.bytes, 0) / clients.length / wallS,
    visibleMean: decoders.reduce((sum, client) => sum + client.visible, 0) / Math.max(1, decoders.length),
    unackedMax: Math.max(...clients.map((client) => client.unacked)),
    gapMs: percentiles(gaps),
    cpuShare,
    saturated: cpuShare > 0.85,
  }),
);
for (const client of clients) client.close();

function percentiles(histogram: Histogram) {
  const at = (p: number) => histogram.getValueAtPercentile(p) / 1000;
  return { n: histogram.totalCount, p50: at(50), p99: at(99), p999: at(99.9), max: histogram.maxValue / 1000 };
}
