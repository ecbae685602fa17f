import { compareEpochs, type EntityId, type Epoch } from "@ows/base";
import type { Input, SimMessage } from "./messages.ts";
import type { SimNode } from "./network.ts";
import { Violation } from "./oracle.ts";
import { SimProcess } from "./sim-node.ts";
import type { World } from "./world.ts";

const MAX_UNACKNOWLEDGED = 64;
const SEEK_AFTER_MS = 400;
const REPEAT_AFTER_MS = 300;
const STEP_MS = 100;

/** A player's program: numbered inputs, kept until acknowledged; it follows the welcome with the highest epoch. */
export class SimClient extends SimProcess implements SimNode {
  readonly entity: EntityId;
  readonly unacknowledged: number[] = [];
  readonly #world: World;
  readonly #warming = new Map<number, EntityId>();
  #server: number;
  #epoch: Epoch | undefined;
  #nextInput = 1;
  #acked = 0;
  #heardAtMs = 0;
  #progressAtMs = 0;
  #seekTo: number | undefined;
  #seekIndex = 0;

  constructor(id: number, entity: EntityId, server: number, world: World) {
    super(id, world.scheduler);
    this.entity = entity;
    this.#server = server;
    this.#world = world;
  }

  receive(from: number, message: SimMessage): void {
    switch (message.kind) {
      case "welcome":
        this.#welcomed(from, message.epoch, message.lastInput);
        return;
      case "ack":
        this.#acknowledged(from, message.epoch, message.lastInput);
        return;
      case "redirect":
        this.#seekTo = message.to;
        return;
      case "warm-up":
        this.#warmUp(message.to, message.root, message.token);
        return;
      default:
        return;
    }
  }

  linkUp(peer: number): void {
    this.#send(peer, { kind: "attach", entity: this.entity, token: undefined });
    const root = this.#warming.get(peer);
    this.#warming.delete(peer);
    if (root !== undefined) this.#send(this.#server, { kind: "warm", root });
  }

  linkDown(): void {}

  /** Ten times a second: makes an input, repeats what is overdue, looks for its server when it hears nothing. */
  step(makesInput: boolean): void {
    const { nowMs } = this.#world.scheduler;
    if (makesInput && this.unacknowledged.length < MAX_UNACKNOWLEDGED) {
      this.unacknowledged.push(this.#nextInput);
      this.#input({ entity: this.entity, n: this.#nextInput++, isResume: false });
    }
    if (this.unacknowledged.length > 0 && nowMs - this.#progressAtMs > REPEAT_AFTER_MS) this.#sendAgain();
    if (nowMs - this.#heardAtMs > SEEK_AFTER_MS) this.#seek();
    if (this.unacknowledged.length > MAX_UNACKNOWLEDGED) throw new Violation("I10", `client ${this.id} keeps too much`);
  }

  #welcomed(from: number, epoch: Epoch, lastInput: number): void {
    const order = this.#epoch === undefined ? 1 : compareEpochs(epoch, this.#epoch);
    // Within one ownership nothing is taken back: a welcome that knows less is an old one, repeated.
    const isOlder = order < 0 || (order === 0 && lastInput < this.#acked);
    if (isOlder && this.#world.bug !== "any-welcome") return;
    this.#obey(from, epoch, lastInput);
    this.#sendAgain();
  }

  #acknowledged(from: number, epoch: Epoch, lastInput: number): void {
    if (from !== this.#server || this.#epoch === undefined || compareEpochs(epoch, this.#epoch) < 0) return;
    // Newer than the welcome that was lost: what it has is judged by its next welcome.
    if (compareEpochs(epoch, this.#epoch) > 0) {
      this.#welcomed(from, epoch, lastInput);
      return;
    }
    this.#heardAtMs = this.#world.scheduler.nowMs;
    this.#prune(lastInput);
  }

  #obey(from: number, epoch: Epoch, lastInput: number): void {
    this.#world.oracle.clientObeys(this.entity, epoch, { there: lastInput, acked: this.#acked });
    this.#server = from;
    this.#epoch = epoch;
    this.#heardAtMs = this.#world.scheduler.nowMs;
    this.#seekTo = undefined;
    this.#prune(lastInput);
  }

  #prune(lastInput: number): void {
    if (lastInput <= this.#acked) return;
    this.#acked = lastInput;
    this.#progressAtMs = this.#world.scheduler.nowMs;
    while ((this.unacknowledged[0] ?? Number.POSITIVE_INFINITY) <= lastInput) this.unacknowledged.shift();
  }

  #sendAgain(): void {
    this.#progressAtMs = this.#world.scheduler.nowMs;
    // Said each time: the word on a welcome can get lost, and without it a server that was set back waits for ever.
    this.#input({ entity: this.entity, n: this.#acked, isResume: true });
    for (const n of this.unacknowledged) this.#input({ entity: this.entity, n, isResume: false });
  }

  #seek(): void {
    const { serverIds } = this.#world;
    const to = this.#seekTo ?? (serverIds[this.#seekIndex++ % serverIds.length] as number);
    this.#seekTo = undefined;
    if (this.#world.network.isUp(this.id, to))
      this.#send(to, { kind: "attach", entity: this.entity, token: undefined });
    else this.#world.network.connect(this.id, to);
  }

  #warmUp(to: number, root: EntityId, token: string): void {
    if (this.#world.network.isUp(this.id, to)) {
      this.#send(to, { kind: "attach", entity: this.entity, token });
      this.#send(this.#server, { kind: "warm", root });
      return;
    }
    this.#warming.set(to, root);
    this.#world.network.connect(this.id, to);
  }

  #input(input: Input): void {
    this.#send(this.#server, { kind: "input", input });
  }

  #send(to: number, message: SimMessage): void {
    this.#world.network.send(this.id, to, message);
  }
}

export { STEP_MS as CLIENT_STEP_MS };
