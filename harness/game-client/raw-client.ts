import {
  type AttachMode,
  type Closing,
  type DecodedSnapshot,
  decodeServerMessage,
  dequantise,
  encodeClientMessage,
  GAME_PROTOCOL_VERSION,
  type GameSchema,
  type Input,
  SNAPSHOT,
  SnapshotReader,
  type Welcome,
} from "@ows/protocol/game";
import { WebSocket } from "ws";
import { waitUntil } from "../dev-stack/wait-until.ts";

/** Something in sight, where the newest snapshots put it, in metres. */
export type InSight = { readonly id: number; readonly className: string; position: readonly [number, number, number] };

/**
 * A game client without conveniences: it sends exactly what it is told and keeps what it gets. For tests that must not
 * depend on the SDK's retries.
 */
export class RawGameClient {
  readonly schema: GameSchema;
  readonly socket: WebSocket;
  welcome: Welcome | undefined;
  closing: Closing | undefined;
  closed = false;
  last: DecodedSnapshot | undefined;
  snapshots = 0;
  bytes = 0;
  /** The newest own state of any snapshot. */
  own: NonNullable<DecodedSnapshot["own"]> | undefined;
  readonly events: { name: string; data: unknown }[] = [];
  /** Everything in sight but the own avatar, by the server's alias. */
  readonly inSight = new Map<number, InSight>();
  readonly wrong: string[] = [];
  #reader: SnapshotReader | undefined;
  #nextSeq = 1;

  constructor(url: string, schema: GameSchema) {
    this.schema = schema;
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.binaryType = "nodebuffer";
    this.socket.on("message", (data) => this.#receive(data as Buffer));
    this.socket.on("close", () => {
      this.closed = true;
    });
    this.socket.on("error", (error) => this.wrong.push(error.message));
  }

  get sentInputs(): number {
    return this.#nextSeq - 1;
  }

  async attach(mode: AttachMode, token: string): Promise<Welcome> {
    await waitUntil("the socket is open", () => this.socket.readyState === WebSocket.OPEN || this.closed);
    const hash = { protocolVersion: GAME_PROTOCOL_VERSION, gameHash: this.schema.hash };
    this.socket.send(encodeClientMessage({ type: "attach", ...hash, mode, token }, this.schema));
    await waitUntil("an answer to the attach", () => this.welcome ?? this.closing ?? this.closed);
    if (this.welcome === undefined) throw new Error(`refused: ${this.closing?.code} ${this.closing?.reason}`);
    this.#nextSeq = this.welcome.lastInputSeq + 1;
    return this.welcome;
  }

  /** Sends inputs with the next numbers; `name` as in the game's inputs. */
  send(inputs: readonly { readonly name: string; readonly values: Input["values"] }[]): void {
    const numbered = inputs.map(({ name, values }) => {
      const kind = this.schema.inputs.find((input) => input.name === name)?.index;
      if (kind === undefined) throw new Error(`the game has no input ${name}`);
      return { kind, values };
    });
    const message = {
      type: "inputs",
      seenTick: this.last?.tick ?? 0,
      firstSeq: this.#nextSeq,
      inputs: numbered,
    } as const;
    this.#nextSeq += numbered.length;
    this.socket.send(encodeClientMessage(message, this.schema));
  }

  /** Sends the same numbers once more, as after a lost connection. */
  repeatFrom(firstSeq: number, inputs: readonly Input[]): void {
    const message = { type: "inputs", seenTick: this.last?.tick ?? 0, firstSeq, inputs } as const;
    this.socket.send(encodeClientMessage(message, this.schema));
    this.#nextSeq = Math.max(this.#nextSeq, firstSeq + inputs.length);
  }

  async leave(): Promise<void> {
    this.socket.send(encodeClientMessage({ type: "leave" }, this.schema));
    await waitUntil("the connection is closed", () => this.closed);
  }

  #receive(data: Buffer): void {
    this.bytes += data.length;
    if (data[0] !== SNAPSHOT) {
      const decoded = decodeServerMessage(data);
      if (!decoded.ok) this.wrong.push(decoded.reason);
      else if (decoded.value.type === "welcome") {
        this.welcome = decoded.value;
        this.#reader = new SnapshotReader(this.schema, decoded.value.classIndex);
      } else if (decoded.value.type === "closing") this.closing = decoded.value;
      return;
    }
    const decoded = this.#reader?.read(data);
    if (decoded === undefined || !decoded.ok) {
      this.wrong.push(decoded?.reason ?? "a snapshot before the welcome");
      return;
    }
    this.last = decoded.value;
    this.snapshots++;
    if (decoded.value.own)
      this.own = { ...decoded.value.own, components: { ...this.own?.components, ...decoded.value.own.components } };
    this.events.push(...decoded.value.events);
    this.#lookAround(decoded.value);
  }

  #lookAround({ gone, full, deltas }: DecodedSnapshot): void {
    for (const alias of gone) this.inSight.delete(alias);
    for (const { alias, id, classIndex, x, y, z } of full) {
      const className = this.schema.classes[classIndex]?.entityClass.name ?? "";
      this.inSight.set(alias, { id, className, position: [dequantise(x), dequantise(y), dequantise(z)] });
    }
    for (const { alias, dx, dy, dz } of deltas) {
      const entity = this.inSight.get(alias);
      if (entity === undefined) continue;
      const [x, y, z] = entity.position;
      entity.position = [x + dequantise(dx), y + dequantise(dy), z + dequantise(dz)];
    }
  }
}
