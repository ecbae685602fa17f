import { expect, test } from "vitest";
import { OwnerBook } from "./owner-book.ts";

const look = (zoneInstanceId: number, count: number) => ({
  zoneInstanceId,
  players: [{ id: 7, name: "Ada", epoch: { term: 1, count } }],
});

test("who changes servers between two answers lives once, in whatever order they come", () => {
  const book = new OwnerBook();
  const before = book.known();
  book.note(look(2, 2), before);
  book.note(look(1, 1), before);
  book.note(look(1, 3), book.known());
  expect([...book.doubled]).toEqual([]);
});

test("who has an entity after another was known to have it anew has a second one", () => {
  const book = new OwnerBook();
  book.note(look(2, 2), book.known());
  book.note(look(1, 1), book.known());
  expect([...book.doubled.keys()]).toEqual(["Ada"]);
});

test("two servers that have an entity at one epoch have two", () => {
  const book = new OwnerBook();
  const before = book.known();
  book.note(look(1, 1), before);
  book.note(look(2, 1), before);
  expect([...book.doubled.keys()]).toEqual(["Ada"]);
});
