import { readFileSync } from "node:fs";
import { ByteWriter, type EntityId, type Epoch } from "@ows/base";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClassSchema } from "../game/schema.ts";
import { schemaOf } from "../game/schema.ts";
import type { ComponentValues } from "../game/snapshot.ts";
import { vectorGame } from "../game/vector-game.ts";
import { GhostBatchReader, writeGhostAppear, writeGhostBatch, writeGhostUpdate } from "./ghost-batch.ts";

type Components = Record<string, ComponentValues>;
type Place = { alias: number; components: Components };
type Batch = {
  tick: number;
  isReset: boolean;
  gone: number[];
  handed: { alias: number; to: number }[];
  appears: (Place & {
    epoch: Epoch;
    character: string;
    id: number;
    classIndex: number;
    x: number;
    y: number;
    z: number;
    yaw: number;
  })[];
  updates: (Place & { dx: number; dy: number; dz: number; yaw: number })[];
};

const schema = schemaOf(vectorGame);
const file = new URL("./vectors/ghost-batches.json", import.meta.url);
const { batches } = JSON.parse(readFileSync(file, "utf8")) as {
  batches: { name: string; batch: Batch; hex: string }[];
};
const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const classNo = (index: number) => schema.classes[index] as ClassSchema;

function encode(batch: Batch, classes: Map<number, ClassSchema>): Uint8Array {
  const [appears, updates, whole] = [new ByteWriter(), new ByteWriter(), new ByteWriter()];
  for (const { alias, epoch, character, components, ...entity } of batch.appears) {
    const its = classNo(entity.classIndex);
    classes.set(alias, its);
    const avatar = { ...entity, id: entity.id as EntityId };
    writeGhostAppear(appears, { alias, epoch, character }, avatar, its, (n) => components[n] ?? {});
  }
  for (const { alias, components, yaw, ...moved } of batch.updates) {
    const its = classes.get(alias) as ClassSchema;
    const componentMask = its.near.reduce((mask, { name }, i) => mask | (name in components ? 1 << i : 0), 0);
    const delta = { ...moved, yaw: yaw < 0 ? undefined : yaw, componentMask };
    writeGhostUpdate(updates, alias, delta, its, (name) => components[name] ?? {});
  }
  writeGhostBatch(whole, {
    ...batch,
    appearCount: batch.appears.length,
    appears: appears.finish(),
    updateCount: batch.updates.length,
    updates: updates.finish(),
  });
  return whole.finish();
}

test("ghost batches are the golden bytes, both ways", () => {
  const reader = new GhostBatchReader(schema);
  const classes = new Map<number, ClassSchema>();
  for (const { name, batch, hex } of batches) {
    expect(Buffer.from(encode(batch, classes)).toString("hex"), name).toBe(hex);
    const decoded = reader.read(bytesOf(hex));
    expect(decoded, name).toMatchObject({ ok: true });
    if (!decoded.ok) continue;
    const asWritten = (place: { components: readonly (readonly [string, ComponentValues])[] }) => ({
      ...place,
      components: Object.fromEntries(place.components),
    });
    const { appears, updates, ...rest } = decoded.value;
    expect({ ...rest, appears: appears.map(asWritten), updates: updates.map(asWritten) }, name).toEqual(batch);
  }
});

test("what no honest server sends is refused with the reason", () => {
  const refused = (...batches: string[]) => {
    const reader = new GhostBatchReader(schema);
    return batches.map((hex) => reader.read(bytesOf(hex))).at(-1);
  };
  const [, appear, update] = batches.map(({ hex }) => hex) as [string, string, string];
  expect(refused("02")).toEqual({ ok: false, reason: "bulk message type 2, expected a ghost batch" });
  expect(refused("010000000020")).toEqual({ ok: false, reason: "ghost batch flags 32" });
  expect(refused(update)).toMatchObject({ reason: "an update of alias 3, which was never introduced" });
  expect(refused(appear, appear)).toMatchObject({ reason: "alias 3 is introduced twice" });
  expect(refused("010000000002010300")).toMatchObject({ reason: "alias 3 goes, which was never introduced" });
  expect(refused(`${appear}00`)).toMatchObject({ reason: "1 bytes after the end of the message" });
  expect(refused("010000000002ffffffffffff7f")).toMatchObject({ ok: false });
});

test("no bytes make the reader throw", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => void new GhostBatchReader(schema).read(Uint8Array.of(1, ...bytes))),
    { numRuns: 2_000 },
  );
});
