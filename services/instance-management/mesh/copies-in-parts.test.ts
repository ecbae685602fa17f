import type { EntityId } from "@ows/base";
import type { UnitCopy } from "@ows/mesh";
import { copiesToWire, encodeLinkMessage, type LinkBody, MAX_FRAME_PAYLOAD_BYTES } from "@ows/protocol/mesh";
import { expect, test } from "vitest";
import { CopiesInParts } from "./copies-in-parts.ts";

const many: UnitCopy[] = Array.from({ length: 60_000 }, (_, i) => {
  const entity = (2 ** 40 + i) as EntityId;
  return { root: entity, members: [{ entity, epoch: { term: 3, count: 9 } }], role: "owner", peer: undefined };
});

function added(parts: CopiesInParts, bodies: readonly LinkBody[]) {
  return bodies.map((body) => (body.$case === "copies" ? parts.add(1, body) : undefined));
}

test("an answer of any length goes in frames that are taken, and comes together again", () => {
  const bodies = copiesToWire(2, many);
  for (const body of bodies) expect(encodeLinkMessage(body).length).toBeLessThan(MAX_FRAME_PAYLOAD_BYTES / 2);
  const answers = added(new CopiesInParts(), bodies);
  expect(answers.slice(0, -1).every((answer) => answer === undefined)).toBe(true);
  expect(answers.at(-1)?.value.copies).toHaveLength(many.length);
});

test("a short answer, or none at all, is whole at once", () => {
  expect(added(new CopiesInParts(), copiesToWire(2, many.slice(0, 1)))[0]?.value.copies).toHaveLength(1);
  expect(added(new CopiesInParts(), copiesToWire(2, []))[0]?.value.copies).toEqual([]);
});

test("parts of an answer that was never finished are no part of the next one", () => {
  const parts = new CopiesInParts();
  const [first] = copiesToWire(2, many);
  added(parts, [first as LinkBody]);
  expect(added(parts, copiesToWire(3, many.slice(0, 2)))[0]?.value.copies).toHaveLength(2);
  added(parts, [first as LinkBody]);
  parts.forget(1);
  expect(added(parts, copiesToWire(2, many.slice(0, 2)))[0]?.value.copies).toHaveLength(2);
});
