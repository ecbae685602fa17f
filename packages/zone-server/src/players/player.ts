import type { EntityId, Epoch } from "@ows/base";
import type { Player as Character, EntityStore } from "@ows/game";
import type { ClosingCode, SnapshotEvent } from "@ows/protocol/game";
import type { ClientStream } from "../snapshot/client-stream.ts";
import type { InputQueue } from "./input-queue.ts";

/** Why and how a player's stay ends. `discard`: somebody else holds the character, so nothing is saved. */
export type PlayerEnding = {
  readonly code: ClosingCode;
  readonly reason: string;
  readonly keep: "save" | "discard";
};

export type Restoring = {
  /** Components that could be seen: those are newer than what was saved. */
  readonly seen: ReadonlySet<string>;
  /** What had been saved when the others were as they are now; `undefined` when nothing is known of those. */
  readonly lastSaved: unknown;
  /** What was saved last, once it is here: the next tick fills it in. */
  character: Character | undefined;
  readonly settled: Promise<void>;
  readonly markSettled: () => void;
};

/** A character that lives here, with or without a client. */
export class Player {
  readonly characterName: string;
  readonly entityId: EntityId;
  readonly epoch: Epoch;
  readonly slot: number;
  readonly inputs: InputQueue;
  /** Of the attached client; `undefined` while link-dead. */
  stream: ClientStream | undefined;
  linkDeadSinceMs: number | undefined;
  /** SHA-256 of the token that the client may come back with. */
  resumeHash = "";
  nextSaveMs = 0;
  /** What was saved last, as a short text: an unchanged character is not saved again. */
  savedFingerprint = "";
  /** What a client of this avatar was to be told and is not attached yet to hear. */
  waitingEvents: readonly SnapshotEvent[] = [];
  /** Its avatar stands as it was seen from here; pending until what else was saved of it is known. */
  restoring: Restoring | undefined;
  /** Set once: the next tick ends this player. */
  ending: PlayerEnding | undefined;
  /** Resolves when the stay has ended and its last save is on the way. */
  readonly ended: Promise<void>;
  readonly markEnded: () => void;
  readonly #store: EntityStore;
  readonly #generation: number;

  constructor(options: {
    readonly characterName: string;
    readonly entityId: EntityId;
    readonly epoch: Epoch;
    readonly slot: number;
    readonly store: EntityStore;
    readonly inputs: InputQueue;
  }) {
    this.characterName = options.characterName;
    this.entityId = options.entityId;
    this.epoch = options.epoch;
    this.slot = options.slot;
    this.inputs = options.inputs;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.markEnded = resolve;
    this.#store = options.store;
    this.#generation = options.store.generation[options.slot] as number;
  }

  /** It stays on this server: its stay ends here, or all of it is not here yet. */
  get isBound(): boolean {
    return this.ending !== undefined || this.restoring !== undefined;
  }

  get isAlive(): boolean {
    return this.#store.generation[this.slot] === this.#generation;
  }
}
