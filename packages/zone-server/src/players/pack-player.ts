import { type ByteReader, ByteWriter, type Parsed, parseBytes, WireError } from "@ows/base";
import { readFields, writeFields } from "@ows/game";
import type { GameSchema, Input, SnapshotEvent } from "@ows/protocol/game";
import type { InputQueueState } from "./input-queue.ts";

const MAX_NAME_BYTES = 256;
const MAX_FINGERPRINT_BYTES = 64 * 1024;
const MAX_EVENT_BYTES = 4_096;

/** What belongs to the player of an avatar, and travels with it to another server. */
export type PackedPlayer = {
  readonly characterName: string;
  /** SHA-256 of the token that the client may come back with. */
  readonly resumeHash: string;
  readonly inputs: InputQueueState;
  /** Until the next periodic save; 0 when one is asked for now. */
  readonly saveInMs: number;
  /** Text of what was saved last. */
  readonly savedFingerprint: string;
  /** How long the client is gone, or `undefined` while there is one. */
  readonly linkDeadForMs: number | undefined;
  /** What the client was about to be told. */
  readonly events: readonly SnapshotEvent[];
};

/**
 * A player of whom only the avatar was seen. Its inputs are counted anew: what of those that were not acknowledged has
 * happened nobody knows, and none of them happens twice.
 */
export function unknownPlayer(characterName: string): PackedPlayer {
  const inputs = NO_INPUTS;
  return { characterName, resumeHash: "", inputs, saveInMs: 0, savedFingerprint: "", linkDeadForMs: 0, events: [] };
}

const NO_INPUTS: InputQueueState = { lastApplied: 0, lastQueued: 0, waiting: [], credit: [] };

/** A player as it was some time ago, whose avatar was seen since. */
export function olderPlayer(packed: PackedPlayer): PackedPlayer {
  return { ...packed, inputs: NO_INPUTS, saveInMs: 0, savedFingerprint: "", linkDeadForMs: 0, events: [] };
}

/** The components as they were saved last, of a fingerprint that `Players` made; `undefined` when nothing was saved. */
export function savedOf({ savedFingerprint }: PackedPlayer): unknown {
  return savedFingerprint === "" ? undefined : (JSON.parse(savedFingerprint) as readonly unknown[])[2];
}

/** A player as bytes in two parts: what changes in every tick, and what seldom does. */
export type PlayerBytes = { readonly lively: Uint8Array; readonly steady: Uint8Array };

export type LivelyPart = Pick<PackedPlayer, "inputs" | "linkDeadForMs">;
export type SteadyPart = Omit<PackedPlayer, keyof LivelyPart>;

export const NO_PLAYER: PlayerBytes = { lively: new Uint8Array(0), steady: new Uint8Array(0) };

const writer = new ByteWriter(4_096);

/** Without the text of what was saved last, the character is just saved once more. Three bytes are the most of a unit. */
function fitting(fingerprint: string): string {
  return fingerprint.length * 3 > MAX_FINGERPRINT_BYTES ? "" : fingerprint;
}

export function packLively({ inputs, linkDeadForMs }: LivelyPart, schema: GameSchema): Uint8Array<ArrayBuffer> {
  writer.reset();
  const { lastApplied, lastQueued, waiting, credit } = inputs;
  writer.varint(lastApplied).varint(lastQueued).varint(waiting.length);
  for (const { seq, input } of waiting) {
    writer.varint(seq).u8(input.kind);
    writeFields(writer, schema.inputs[input.kind]?.fields ?? {}, input.values);
  }
  writer.u8(credit.length);
  for (const left of credit) writer.u8(left ?? 0xff);
  return writer.f64(linkDeadForMs ?? -1).finish();
}

export function packSteady(player: SteadyPart): Uint8Array<ArrayBuffer> {
  writer.reset();
  writer
    .text(player.characterName)
    .text(player.resumeHash)
    .f64(player.saveInMs)
    .text(fitting(player.savedFingerprint))
    .varint(player.events.length);
  for (const { name, json } of player.events) writer.text(name).text(json);
  return writer.finish();
}

export function readPackedPlayer({ lively, steady }: PlayerBytes, schema: GameSchema): Parsed<PackedPlayer> {
  const first = parseBytes(lively, (reader) => readLively(reader, schema));
  if (!first.ok) return first;
  const second = parseBytes(steady, readSteady);
  return second.ok ? { ok: true, value: { ...first.value, ...second.value } } : second;
}

function readLively(reader: ByteReader, schema: GameSchema): LivelyPart {
  const inputs = readInputs(reader, schema);
  const linkDead = reader.f64();
  return { inputs, linkDeadForMs: linkDead < 0 ? undefined : linkDead };
}

function readSteady(reader: ByteReader): SteadyPart {
  const characterName = reader.text(MAX_NAME_BYTES);
  const resumeHash = reader.text(MAX_NAME_BYTES);
  const saveInMs = reader.f64();
  const savedFingerprint = reader.text(MAX_FINGERPRINT_BYTES);
  const events: SnapshotEvent[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    events.push({ name: reader.text(MAX_NAME_BYTES), json: reader.text(MAX_EVENT_BYTES) });
  }
  return { characterName, resumeHash, saveInMs, savedFingerprint, events };
}

function readInputs(reader: ByteReader, schema: GameSchema): InputQueueState {
  const lastApplied = reader.varint();
  const lastQueued = reader.varint();
  const waiting: { seq: number; input: Input }[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const seq = reader.varint();
    const kind = reader.u8();
    const fields = schema.inputs[kind]?.fields;
    if (fields === undefined) throw new WireError(`input kind ${kind} is not known here`);
    waiting.push({ seq, input: { kind, values: readFields(reader, fields) } });
  }
  const credit: (number | undefined)[] = [];
  for (let left = reader.u8(); left > 0; left--) {
    const value = reader.u8();
    credit.push(value === 0xff ? undefined : value);
  }
  return { lastApplied, lastQueued, waiting, credit };
}
