import type { EntityId } from "@ows/base";
import type { ServerId } from "@ows/mesh";
import { type ClientMessage, decodeClientMessage, encodeClientMessage, type GameSchema } from "@ows/protocol/game";
import type { ForwardedInputs } from "@ows/protocol/mesh";

/** Messages of one client in one tick that are forwarded; the client sends what is lost again. */
const MAX_PER_ENTITY = 32;

export type InputsMessage = Extract<ClientMessage, { type: "inputs" }>;

/** Inputs that reached a server which their avatar has left, on their way after it: one message per avatar and tick. */
export class InputForwarding {
  readonly #schema: GameSchema;
  readonly #waiting = new Map<ServerId, Map<EntityId, Buffer[]>>();
  forwarded = 0;
  dropped = 0;

  constructor(schema: GameSchema) {
    this.#schema = schema;
  }

  add(to: ServerId, entity: EntityId, message: InputsMessage): void {
    this.addEncoded(to, entity, Buffer.from(encodeClientMessage(message, this.#schema)));
  }

  addEncoded(to: ServerId, entity: EntityId, bytes: Buffer): void {
    const byEntity = this.#waiting.get(to) ?? new Map<EntityId, Buffer[]>();
    this.#waiting.set(to, byEntity);
    const messages = byEntity.get(entity) ?? [];
    byEntity.set(entity, messages);
    if (messages.length >= MAX_PER_ENTITY) this.dropped++;
    else messages.push(bytes);
  }

  flush(send: (to: ServerId, inputs: ForwardedInputs) => void): void {
    for (const [to, byEntity] of this.#waiting) {
      for (const [entity, messages] of byEntity) {
        this.forwarded += messages.length;
        send(to, { entity, messages });
      }
    }
    this.#waiting.clear();
  }

  /** The inputs in forwarded bytes; what is no such message is left out. */
  read(bytes: Uint8Array): InputsMessage | undefined {
    const parsed = decodeClientMessage(bytes, this.#schema);
    return parsed.ok && parsed.value.type === "inputs" ? parsed.value : undefined;
  }
}
