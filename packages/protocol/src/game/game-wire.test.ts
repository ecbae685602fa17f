import { readFileSync } from "node:fs";
import { ByteWriter, type EntityId } from "@ows/base";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ClientMessage,
  type Closing,
  decodeClientMessage,
  decodeServerMessage,
  dequantise,
  encodeClientMessage,
  encodeClosing,
  encodeHandoffPrepare,
  encodePong,
  encodeWelcome,
  type HandoffPrepare,
  type Pong,
  quantise,
  quantiseYaw,
  SnapshotReader,
  schemaOf,
  type Welcome,
  writeDeltaRecord,
  writeFullRecord,
  writeSnapshot,
} from "./index.ts";
import { vectorGame } from "./vector-game.ts";

type ServerMessage = Welcome | Closing | Pong | HandoffPrepare;
type Vector<T> = { readonly name: string; readonly message: T; readonly hex: string };

const schema = schemaOf(vectorGame);
const [wanderer, stone] = schema.classes as [(typeof schema.classes)[0], (typeof schema.classes)[0]];
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

function vectors<T>(file: string): Vector<T>[] {
  return JSON.parse(readFileSync(new URL(`./vectors/${file}`, import.meta.url), "utf8")).vectors;
}

test("client messages are the golden bytes, both ways", () => {
  for (const { message, hex } of vectors<ClientMessage>("client-messages.json")) {
    expect(hexOf(encodeClientMessage(message, schema))).toBe(hex);
    expect(decodeClientMessage(bytesOf(hex), schema)).toEqual({ ok: true, value: message });
  }
});

test("server messages are the golden bytes, both ways", () => {
  for (const { message, hex } of vectors<ServerMessage>("server-messages.json")) {
    expect(hexOf(encodeServerMessage(message))).toBe(hex);
    expect(decodeServerMessage(bytesOf(hex))).toEqual({ ok: true, value: message });
  }
});

test("snapshots are the golden bytes and decode to what was meant", () => {
  const reader = new SnapshotReader(schema, 0);
  for (const { name, message, hex } of vectors<unknown>("snapshots.json")) {
    expect(hexOf(goldenSnapshots[name]!()), name).toBe(hex);
    expect(reader.read(bytesOf(hex)), name).toEqual({ ok: true, value: message });
  }
});

test("the hash of a game changes with anything that is on the wire, and with nothing else", () => {
  expect(schema.hash).toBe(schemaOf(vectorGame).hash);
  const definition = vectorGame.definition;
  const hashWith = (change: object) => schemaOf({ definition: { ...definition, ...change } }).hash;
  expect(hashWith({ viewRadius: 50 })).toBe(schema.hash);
  expect(hashWith({ tickHz: 30 })).not.toBe(schema.hash);
  expect(hashWith({ classes: [...definition.classes].reverse() })).not.toBe(schema.hash);
  expect(hashWith({ inputs: { move: definition.inputs.move } })).not.toBe(schema.hash);
});

test("a position survives the wire to within half a step of 3.9 mm, a heading to 1/256 of a turn", () => {
  fc.assert(
    fc.property(fc.double({ min: -30_000, max: 30_000, noNaN: true }), (metres) => {
      expect(Math.abs(dequantise(quantise(metres)) - metres)).toBeLessThanOrEqual(1 / 512);
    }),
  );
  expect([quantiseYaw(0), quantiseYaw(Math.PI), quantiseYaw(-Math.PI / 2), quantiseYaw(2 * Math.PI)]).toEqual([
    0, 128, 192, 0,
  ]);
});

test("no bytes make a decoder do anything but answer", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decodeClientMessage(bytes, schema);
      decodeServerMessage(bytes);
      new SnapshotReader(schema, 0).read(new Uint8Array([2, 0, 0, 0, 0, 0, 31, ...bytes]));
    }),
    { numRuns: 2_000 },
  );
});

test("what a client may not send is refused with the reason", () => {
  const refusal = (hex: string) => decodeClientMessage(bytesOf(hex), schema);
  expect(refusal("09")).toEqual({ ok: false, reason: "message type 9, expected 1 to 4" });
  expect(refusal("0200000000" + "01" + "01" + "07")).toEqual({
    ok: false,
    reason: "input kind 7 does not exist in this game",
  });
  expect(refusal("0200000000" + "00" + "00")).toEqual({ ok: false, reason: "inputs are numbered from 1" });
  expect(refusal("0200000000" + "01" + "ff")).toMatchObject({ ok: false });
});

/** The snapshots of the golden file, built by the writer. */
const goldenSnapshots: Record<string, () => Uint8Array> = {
  "first snapshot: own state and two entities in full": () =>
    snapshot({
      tick: 100,
      ackedSeq: 0,
      own: {
        position: [1.5, -2.25, 0],
        velocity: [6, 0, 0],
        yaw: 0.5,
        componentMask: 7,
        components: (name) =>
          ({ Health: { now: 90, max: 100 }, Name: { text: "Hero" }, Swing: { ready: true } })[name]!,
      },
      full: [
        record((w) =>
          writeFullRecord(
            w,
            3,
            { id: 1_048_577 as EntityId, classIndex: 0, x: 2560, y: -2560, z: 0, yaw: 64 },
            wanderer,
            (name) => ({ Health: { now: 100, max: 100 }, Name: { text: "Ähre" } })[name]!,
          ),
        ),
        record((w) =>
          writeFullRecord(
            w,
            9,
            { id: 9_007_199_254_740_991 as EntityId, classIndex: 1, x: 8_388_607, y: 1, z: -1, yaw: 0 },
            stone,
            () => ({ now: 5, max: 5 }),
          ),
        ),
      ],
    }),
  "next snapshot: a move, a changed component, an event": () =>
    snapshot({
      tick: 101,
      ackedSeq: 300,
      own: {
        position: [1.8, -2.25, 0],
        velocity: [6, 0, 0],
        yaw: 0.5,
        componentMask: 0,
        components: () => ({}),
      },
      deltas: [
        record((w) =>
          writeDeltaRecord(w, 3, { dx: 77, dy: -1, dz: 0, yaw: 65, componentMask: 0 }, wanderer, () => ({})),
        ),
        record((w) =>
          writeDeltaRecord(w, 9, { dx: 0, dy: 0, dz: 256, yaw: undefined, componentMask: 1 }, stone, () => ({
            now: 4,
            max: 5,
          })),
        ),
      ],
      events: [{ name: "hit", json: '{"target":9,"left":4}' }],
    }),
  "an entity goes out of sight": () => snapshot({ tick: 102, ackedSeq: 300, gone: [3] }),
};

function snapshot(parts: Partial<Parameters<typeof writeSnapshot>[1]> & { tick: number; ackedSeq: number }) {
  const writer = new ByteWriter();
  writeSnapshot(writer, { own: undefined, ownSchema: wanderer, gone: [], full: [], deltas: [], events: [], ...parts });
  return writer.finish();
}

function record(write: (writer: ByteWriter) => unknown): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.finish();
}

function encodeServerMessage(message: ServerMessage): Uint8Array {
  switch (message.type) {
    case "welcome":
      return encodeWelcome(message);
    case "closing":
      return encodeClosing(message);
    case "pong":
      return encodePong(message);
    case "handoff-prepare":
      return encodeHandoffPrepare(message);
  }
}
