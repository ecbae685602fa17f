import { expect, test } from "vitest";
import { checkRoom } from "./check-room.ts";

const square = (metres: number) => ({ minX: 0, minY: 0, maxX: metres, maxY: metres });

test("ground is shared by as many servers as find room on it", () => {
  checkRoom("Meadow", square(400), 16);
  checkRoom("Meadow", square(10), 1);
  expect(() => checkRoom("Meadow", square(60), 16)).toThrow(
    "16 servers can't share the zone: Meadow is 60 × 60 m, which is room for 4 servers at most, since each needs 25 m square. Ask for fewer with --servers 4.",
  );
  expect(() => checkRoom("Meadow", square(30), 2)).toThrow("room for one server");
});

test("ground that has no room for a single one, or is none, is said to be so", () => {
  expect(() => checkRoom("Meadow", square(0), 2)).toThrow("ground of 0 × 0 m can't be shared");
});
