import { compareEpochs, type Epoch } from "@ows/base";
import type { FieldValue } from "@ows/game";
import {
  type ClientMessage,
  type Closing,
  decodeServerMessage,
  GAME_PROTOCOL_VERSION,
  type GameSchema,
  type Input,
  SNAPSHOT,
  SnapshotReader,
  type Welcome,
} from "@ows/protocol/game";
import type { ClientPipe } from "../link/game-connection.ts";
import type { ZoneRuntime } from "../zone-runtime.ts";

type Attach = Extract<ClientMessage, { type: "attach" }>;

/** One connection of a client to a server in the same process; what the server says waits for the client's turn. */
class KitPipe implements ClientPipe {
  readonly runtime: ZoneRuntime;
  readonly inbox: Uint8Array[] = [];
  isOpen = true;
  readonly unsentBytes = 0;
  welcome: Welcome | undefined;
  reader: SnapshotReader | undefined;
  snapshots = 0;

  constructor(runtime: ZoneRuntime) {
    this.runtime = runtime;
  }
  send(bytes: Uint8Array): void {
    if (this.isOpen) this.inbox.push(bytes.slice());
  }
  close(): void {
    this.isOpen = false;
  }
  cut(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.runtime.handlers.closed(this);
  }
}

/** A client as the SDK is one: warm links, the highest epoch counts, what was not acknowledged is sent again. */
export class KitClient {
  readonly #schema: GameSchema;
  readonly #runtimeAt: (url: string) => ZoneRuntime | undefined;
  readonly #pipes: KitPipe[] = [];
  #active: KitPipe | undefined;
  #unacked: { readonly seq: number; readonly input: Input }[] = [];
  #outbox: Input[] = [];
  #nextSeq = 1;
  /** May be switched off, to see what becomes of a client that can't open a second link. */
  opensWarmLinks = true;
  /** How often it was sent to another server with a token. */
  sentAhead = 0;
  welcomes: { readonly epoch: Epoch; readonly zoneInstanceId: number }[] = [];
  closings: Closing[] = [];
  acked = 0;
  own: { x: number; y: number } | undefined;
  trace: Readonly<Record<string, FieldValue>> = {};
  /** Welcomes after which the avatar was told before anybody else: at once, not with the next tick. */
  toldAtOnce = 0;
  /** Snapshots whose own state was not there although it was the first. */
  problems: string[] = [];

  constructor(schema: GameSchema, runtimeAt: (url: string) => ZoneRuntime | undefined) {
    this.#schema = schema;
    this.#runtimeAt = runtimeAt;
  }

  get epoch(): Epoch | undefined {
    return this.welcomes.at(-1)?.epoch;
  }

  get server(): number | undefined {
    return this.welcomes.at(-1)?.zoneInstanceId;
  }

  get resumeToken(): string | undefined {
    return this.#active?.welcome?.resumeToken;
  }

  get openLinks(): number {
    return this.#pipes.filter(({ isOpen }) => isOpen).length;
  }

  get hasUnacked(): boolean {
    return this.#unacked.length > 0 || this.#outbox.length > 0;
  }

  enter(runtime: ZoneRuntime, token: string, mode: Attach["mode"] = "ticket"): void {
    this.#attach(this.#open(runtime), mode, token);
  }

  /** Presents a token on the link that it plays on, or on the silent one to a server. */
  presents(token: string, to?: ZoneRuntime): void {
    const pipe = to === undefined ? this.#active : this.#pipes.find(({ runtime, isOpen }) => isOpen && runtime === to);
    if (pipe !== undefined) this.#attach(pipe, "handoff", token);
  }

  /** Sends an input in its next turn. */
  input(name: string, values: Readonly<Record<string, FieldValue>> = {}): void {
    const kind = this.#schema.inputs.findIndex((input) => input.name === name);
    this.#outbox.push({ kind, values });
  }

  /** Ends everything that leads to a server; what was on its way from there does not arrive. */
  lose(runtime: ZoneRuntime): void {
    for (const pipe of this.#pipes) {
      if (pipe.runtime !== runtime) continue;
      pipe.isOpen = false;
      pipe.inbox.length = 0;
    }
  }

  /** The silent links break; what was on its way on them does not arrive. */
  cutSilentLinks(): void {
    for (const pipe of this.#pipes) if (pipe !== this.#active) pipe.cut();
  }

  /** Reads what came and says what it has to say. */
  turn(): void {
    for (const pipe of [...this.#pipes]) for (const bytes of pipe.inbox.splice(0)) this.#receive(pipe, bytes);
    const inputs = this.#outbox.splice(0);
    if (this.#active === undefined || inputs.length === 0) return;
    const firstSeq = this.#nextSeq;
    for (const input of inputs) this.#unacked.push({ seq: this.#nextSeq++, input });
    this.#sendInputs(this.#active, firstSeq, inputs);
  }

  #receive(pipe: KitPipe, bytes: Uint8Array): void {
    if (bytes[0] === SNAPSHOT) {
      this.#snapshot(pipe, bytes);
      return;
    }
    const parsed = decodeServerMessage(bytes);
    if (!parsed.ok) {
      this.problems.push(parsed.reason);
      return;
    }
    const message = parsed.value;
    if (message.type === "welcome") this.#welcomed(pipe, message);
    else if (message.type === "closing") this.closings.push(message);
    else if (message.type === "handoff-prepare" && this.opensWarmLinks) {
      this.sentAhead++;
      const runtime = this.#runtimeAt(message.url);
      if (runtime === undefined) return;
      const known = this.#pipes.find((other) => other.runtime === runtime && other.isOpen);
      this.#attach(known ?? this.#open(runtime), "handoff", message.token);
    }
  }

  #welcomed(pipe: KitPipe, welcome: Welcome): void {
    pipe.welcome = welcome;
    pipe.reader = new SnapshotReader(this.#schema, welcome.classIndex);
    pipe.snapshots = 0;
    const known = this.epoch;
    if (known !== undefined && compareEpochs(welcome.epoch, known) < 0) return;
    this.#active = pipe;
    this.welcomes.push({ epoch: welcome.epoch, zoneInstanceId: welcome.zoneInstanceId });
    this.#acknowledge(welcome.lastInputSeq);
    this.#nextSeq = Math.max(this.#nextSeq, welcome.lastInputSeq + 1);
    const first = this.#unacked[0];
    if (first !== undefined)
      this.#sendInputs(
        pipe,
        first.seq,
        this.#unacked.map(({ input }) => input),
      );
  }

  #snapshot(pipe: KitPipe, bytes: Uint8Array): void {
    const read = pipe.reader?.read(bytes);
    if (read === undefined || !read.ok) {
      this.problems.push(read === undefined ? "a snapshot before the welcome" : read.reason);
      return;
    }
    if (pipe !== this.#active) return;
    if (pipe.snapshots++ === 0) {
      if (read.value.own === undefined) this.problems.push("the first snapshot is not full");
      else if (read.value.full.length === 0) this.toldAtOnce++;
    }
    this.#acknowledge(read.value.ackedSeq);
    const { own } = read.value;
    if (own === undefined) return;
    this.own = { x: own.position[0], y: own.position[1] };
    if (own.components.Trace !== undefined) this.trace = { ...own.components.Trace };
  }

  #acknowledge(seq: number): void {
    if (seq < this.acked) this.problems.push(`acknowledged ${seq} after ${this.acked}`);
    this.acked = Math.max(seq, this.acked);
    this.#unacked = this.#unacked.filter((input) => input.seq > seq);
  }

  #sendInputs(pipe: KitPipe, firstSeq: number, inputs: readonly Input[]): void {
    if (!pipe.isOpen) return;
    pipe.runtime.handlers.inputs(pipe, { type: "inputs", seenTick: 0, firstSeq, inputs });
  }

  #open(runtime: ZoneRuntime): KitPipe {
    const pipe = new KitPipe(runtime);
    this.#pipes.push(pipe);
    return pipe;
  }

  #attach(pipe: KitPipe, mode: Attach["mode"], token: string): void {
    const { hash: gameHash } = this.#schema;
    pipe.runtime.handlers.attach(pipe, {
      ...{ type: "attach", protocolVersion: GAME_PROTOCOL_VERSION, gameHash, mode, token },
    });
  }
}
