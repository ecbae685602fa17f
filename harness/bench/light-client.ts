import { compareEpochs, type Epoch } from "@ows/base";
import {
  decodeServerMessage,
  encodeClientMessage,
  GAME_PROTOCOL_VERSION,
  type GameSchema,
  type Input,
  SNAPSHOT,
  SnapshotReader,
} from "@ows/protocol/game";
import { WebSocket } from "ws";
import type { Histogram } from "./histogram.ts";
import { pause } from "./processes.ts";

export type LightClientOptions = {
  readonly url: string;
  readonly name: string;
  readonly schema: GameSchema;
  /** Reads whole snapshots; otherwise only their head, at a fraction of the cost. */
  readonly decodes: boolean;
  readonly nextInput: () => Input;
  /** Time between two snapshots, in milliseconds. */
  readonly gaps: Histogram;
};

/** Of one message. */
const MAX_INPUTS = 64;

type Line = { readonly socket: WebSocket; reader: SnapshotReader | undefined };

/**
 * A client that costs next to nothing: it plays by the rules – inputs until they are acknowledged, silent links to
 * servers it may soon need, obedience to the highest epoch – and shows nobody anything.
 */
export class LightClient {
  readonly #options: LightClientOptions;
  /** By zone instance; the first one under 0 until its server has said who it is. */
  readonly #lines = new Map<number, Line>();
  #active: Line | undefined;
  #epoch: Epoch | undefined;
  #unacked: Input[] = [];
  #seq = 0;
  #lastAtMs = 0;
  readonly #known = new Set<number>();
  snapshots = 0;
  bytes = 0;
  handoffs = 0;
  closed: string | undefined;

  constructor(options: LightClientOptions) {
    this.#options = options;
    this.#open(0, options.url, "ticket", options.name);
  }

  get inWorld(): boolean {
    return this.#active !== undefined;
  }

  /** Entities in sight, of a client that decodes. */
  get visible(): number {
    return this.#known.size;
  }

  get unacked(): number {
    return this.#unacked.length;
  }

  /** Sends one input, whatever comes back. */
  turn(): void {
    if (this.#active === undefined || this.closed !== undefined) return;
    const input = this.#options.nextInput();
    this.#unacked.push(input);
    this.#seq++;
    this.#send(this.#active, this.#seq, [input]);
  }

  close(): void {
    this.closed ??= "done";
    for (const { socket } of this.#lines.values()) socket.terminate();
  }

  #send({ socket }: Line, firstSeq: number, inputs: readonly Input[]): void {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(encodeClientMessage({ type: "inputs", seenTick: 0, firstSeq, inputs }, this.#options.schema));
  }

  #open(server: number, url: string, mode: "ticket" | "handoff", token: string): void {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const line: Line = { socket, reader: undefined };
    this.#lines.set(server, line);
    socket.binaryType = "nodebuffer";
    socket.on("open", () => this.#attach(line, mode, token));
    socket.on("message", (data) => this.#receive(line, data as Buffer));
    socket.on("close", () => this.#lost(line, "connection closed"));
    socket.on("error", (error) => this.#lost(line, error.message));
  }

  #attach({ socket }: Line, mode: "ticket" | "handoff", token: string): void {
    const { schema } = this.#options;
    const hash = { protocolVersion: GAME_PROTOCOL_VERSION, gameHash: schema.hash };
    socket.send(encodeClientMessage({ type: "attach", ...hash, mode, token }, schema));
  }

  /** A silent link may go; the one with the avatar must not. */
  #lost(line: Line, why: string): void {
    for (const [server, other] of this.#lines) if (other === line) this.#lines.delete(server);
    if (this.#active === line || this.#active === undefined) this.closed ??= why;
  }

  #receive(line: Line, data: Buffer): void {
    if (data[0] === SNAPSHOT) {
      if (line === this.#active) this.#snapshot(line, data);
      return;
    }
    const decoded = decodeServerMessage(data);
    if (!decoded.ok) {
      this.#lost(line, decoded.reason);
      return;
    }
    const message = decoded.value;
    switch (message.type) {
      case "welcome": {
        if (this.#epoch !== undefined && compareEpochs(message.epoch, this.#epoch) < 0) return;
        if (this.#active !== undefined && this.#active !== line) this.handoffs++;
        this.#lines.delete(0);
        this.#lines.set(message.zoneInstanceId, line);
        line.reader = new SnapshotReader(this.#options.schema, message.classIndex);
        this.#known.clear();
        this.#active = line;
        this.#epoch = message.epoch;
        this.#acknowledged(message.lastInputSeq);
        this.#sendAgain(line);
        return;
      }
      case "handoff-prepare": {
        const { zoneInstanceId, url, token } = message;
        const known = this.#lines.get(zoneInstanceId);
        if (known === undefined) this.#open(zoneInstanceId, url, "handoff", token);
        else if (known.socket.readyState === known.socket.OPEN) this.#attach(known, "handoff", token);
        return;
      }
      case "closing":
        this.#lost(line, message.reason);
        return;
      case "pong":
        return;
    }
  }

  #sendAgain(line: Line): void {
    const first = this.#seq - this.#unacked.length + 1;
    for (let i = 0; i < this.#unacked.length; i += MAX_INPUTS) {
      this.#send(line, first + i, this.#unacked.slice(i, i + MAX_INPUTS));
    }
  }

  #acknowledged(seq: number): void {
    const left = Math.max(0, this.#seq - seq);
    if (left < this.#unacked.length) this.#unacked = left === 0 ? [] : this.#unacked.slice(-left);
  }

  #snapshot(line: Line, data: Buffer): void {
    this.#acknowledged(varintAt(data, 5));
    if (this.#options.decodes) this.#decode(line, data);
    const nowMs = performance.now();
    if (this.#lastAtMs > 0) this.#options.gaps.record(nowMs - this.#lastAtMs);
    this.#lastAtMs = nowMs;
    this.snapshots++;
    this.bytes += data.length;
  }

  #decode(line: Line, data: Buffer): void {
    const decoded = line.reader?.read(data);
    if (decoded?.ok !== true) {
      this.closed = `a snapshot that does not decode: ${decoded?.reason}`;
      return;
    }
    for (const alias of decoded.value.gone) this.#known.delete(alias);
    for (const full of decoded.value.full) this.#known.add(full.alias);
  }
}

/** Clients take their turns spread evenly over the tick, in this many groups. */
const GROUPS = 10;

/** Lets all clients take a turn per tick, at times that do not depend on what comes back. Answers how to stop. */
export function takeTurns(clients: readonly LightClient[], tickMs: number): () => void {
  const startMs = performance.now();
  let step = 0;
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    const nowMs = performance.now();
    for (; startMs + (step * tickMs) / GROUPS <= nowMs; step++) {
      for (let i = step % GROUPS; i < clients.length; i += GROUPS) clients[i]?.turn();
    }
    timer = setTimeout(next, Math.max(0, startMs + (step * tickMs) / GROUPS - performance.now()));
  };
  next();
  return () => clearTimeout(timer);
}

/** Starts clients a few at a time, and waits until all of them are in; gives up after `withinMs`. */
export async function allIn(count: number, start: (index: number) => LightClient, withinMs = 30_000) {
  const clients: LightClient[] = [];
  for (let i = 0; i < count; i++) {
    clients.push(start(i));
    if (i % 20 === 19) await pause(20);
  }
  const giveUpMs = performance.now() + withinMs;
  while (!clients.every((client) => client.inWorld) && performance.now() < giveUpMs) await pause(20);
  return clients;
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
