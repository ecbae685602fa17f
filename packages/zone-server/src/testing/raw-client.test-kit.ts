import type { EntityId } from "@ows/base";
import type { FieldValue } from "@ows/game";
import {
  type AttachMode,
  type Closing,
  type ComponentValues,
  type DecodedSnapshot,
  decodeServerMessage,
  encodeClientMessage,
  GAME_PROTOCOL_VERSION,
  type GameSchema,
  SNAPSHOT,
  SnapshotReader,
  type Welcome,
} from "@ows/protocol/game";
import { WebSocket } from "ws";

export type SeenByClient = {
  readonly id: EntityId;
  readonly classIndex: number;
  x: number;
  y: number;
  z: number;
  yaw: number;
  readonly components: Record<string, ComponentValues>;
};

type Waiter = { readonly isMet: () => boolean; readonly resolve: () => void };

/** A client that knows the wire and nothing else. */
export class RawClient implements Disposable {
  readonly socket: WebSocket;
  readonly #schema: GameSchema;
  #reader: SnapshotReader | undefined;
  #waiters: Waiter[] = [];
  #nextSeq = 1;
  welcome: Welcome | undefined;
  closing: Closing | undefined;
  closeCode: number | undefined;
  snapshots = 0;
  ackedSeq = 0;
  tick = 0;
  own: { x: number; y: number; z: number } | undefined;
  readonly ownComponents: Record<string, ComponentValues> = {};
  /** By alias. */
  readonly others = new Map<number, SeenByClient>();
  readonly events: { readonly name: string; readonly data: unknown }[] = [];
  readonly problems: string[] = [];

  constructor(url: string, schema: GameSchema) {
    this.#schema = schema;
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on("message", (data) => this.#receive(data as Buffer));
    this.socket.on("close", (code) => {
      this.closeCode = code;
      this.#notify();
    });
    this.socket.on("open", () => this.#notify());
    this.socket.on("error", () => this.#notify());
  }

  /** Connects, attaches and waits for the Welcome, or for the connection's end. */
  static async enter(url: string, schema: GameSchema, token: string, mode: AttachMode = "ticket"): Promise<RawClient> {
    const client = new RawClient(url, schema);
    await client.opened();
    client.attach(token, mode);
    await client.until(() => client.welcome !== undefined || client.closeCode !== undefined);
    return client;
  }

  opened(): Promise<void> {
    return this.until(() => this.socket.readyState !== WebSocket.CONNECTING);
  }

  attach(token: string, mode: AttachMode = "ticket", gameHash = this.#schema.hash): void {
    const protocolVersion = GAME_PROTOCOL_VERSION;
    this.socket.send(encodeClientMessage({ type: "attach", protocolVersion, gameHash, mode, token }, this.#schema));
  }

  /** Sends inputs under the next numbers, or from `firstSeq` on. Answers the last number. */
  send(
    inputs: readonly { readonly name: string; readonly values?: Readonly<Record<string, FieldValue>> }[],
    firstSeq = this.#nextSeq,
  ): number {
    const message = {
      type: "inputs" as const,
      seenTick: this.tick,
      firstSeq,
      inputs: inputs.map(({ name, values }) => ({
        kind: this.#schema.inputs.findIndex((input) => input.name === name),
        values: values ?? {},
      })),
    };
    this.socket.send(encodeClientMessage(message, this.#schema));
    this.#nextSeq = Math.max(this.#nextSeq, firstSeq + inputs.length);
    return firstSeq + inputs.length - 1;
  }

  leave(): void {
    this.socket.send(encodeClientMessage({ type: "leave" }, this.#schema));
  }

  /** Resolves when the condition holds after some message or the end; the test's own time limit bounds it. */
  until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ isMet, resolve }));
  }

  closed(): Promise<void> {
    return this.until(() => this.closeCode !== undefined);
  }

  other(id: EntityId | undefined): SeenByClient | undefined {
    return [...this.others.values()].find((entity) => entity.id === id);
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #receive(data: Buffer): void {
    if (data[0] === SNAPSHOT) this.#readSnapshot(data);
    else {
      const parsed = decodeServerMessage(data);
      if (!parsed.ok) this.problems.push(parsed.reason);
      else if (parsed.value.type === "welcome") {
        this.welcome = parsed.value;
        this.#reader = new SnapshotReader(this.#schema, parsed.value.classIndex);
        this.#nextSeq = parsed.value.lastInputSeq + 1;
      } else if (parsed.value.type === "closing") this.closing = parsed.value;
    }
    this.#notify();
  }

  #readSnapshot(data: Buffer): void {
    const parsed = this.#reader?.read(data);
    if (parsed === undefined) this.problems.push("a snapshot before the welcome");
    else if (!parsed.ok) this.problems.push(parsed.reason);
    else this.#apply(parsed.value);
  }

  #apply(snapshot: DecodedSnapshot): void {
    if (this.snapshots > 0 && snapshot.tick <= this.tick)
      this.problems.push(`tick ${snapshot.tick} after ${this.tick}`);
    this.snapshots++;
    this.tick = snapshot.tick;
    this.ackedSeq = snapshot.ackedSeq;
    if (snapshot.own !== undefined) {
      const [x, y, z] = snapshot.own.position;
      this.own = { x, y, z };
      Object.assign(this.ownComponents, snapshot.own.components);
    }
    for (const alias of snapshot.gone) if (!this.others.delete(alias)) this.problems.push(`${alias} gone twice`);
    for (const { alias, ...entity } of snapshot.full) {
      this.others.set(alias, { ...entity, components: { ...entity.components } });
    }
    for (const delta of snapshot.deltas) {
      const entity = this.others.get(delta.alias);
      if (entity === undefined) {
        this.problems.push(`delta for unknown alias ${delta.alias}`);
        continue;
      }
      entity.x += delta.dx;
      entity.y += delta.dy;
      entity.z += delta.dz;
      entity.yaw = delta.yaw ?? entity.yaw;
      Object.assign(entity.components, delta.components);
    }
    this.events.push(...snapshot.events);
  }

  #notify(): void {
    const met = this.#waiters.filter((waiter) => waiter.isMet());
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const waiter of met) waiter.resolve();
  }
}
