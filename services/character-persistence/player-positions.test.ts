import { expect, test } from "vitest";
import { parsePlayerPositions } from "./player-positions.ts";

test("records are name, place and rotation, joined by bars", () => {
  expect(parsePlayerPositions("Ada:1.5:-2.0:96.150002:0.0:0.0:90.0|Bob B:0:0:1e2:-1:.5:3.")).toEqual({
    kind: "positions",
    positions: [
      { name: "Ada", x: 1.5, y: -2, z: 96.150002, rx: 0, ry: 0, rz: 90 },
      { name: "Bob B", x: 0, y: 0, z: 100, rx: -1, ry: 0.5, rz: 3 },
    ],
  });
});

test.each([
  [null, "expected at least one player, got none"],
  ["", "expected at least one player, got none"],
  ["Ada:1:2:3:4:5", "player 1 has 6 parts instead of 7"],
  ["Ada:1:2:3:4:5:6|", "player 2 has 1 parts instead of 7"],
  ["Ada:1:2:3:4:5:6|:1:2:3:4:5:6", "player 2 has no name"],
  ["Ada:1:2:3:4:5:6|Bob:1,5:2:3:4:5:6", 'player 2 (Bob): "1,5" is no number'],
  ["Ada:nan:2:3:4:5:6", 'player 1 (Ada): "nan" is no number'],
  ["Ada:1:2:3:4:5:1e999", 'player 1 (Ada): "1e999" is no number'],
  ["Ada: 1:2:3:4:5:6", 'player 1 (Ada): " 1" is no number'],
])("%j is refused as a whole: %s", (serialized, message) => {
  expect(parsePlayerPositions(serialized)).toEqual({
    kind: "mistake",
    message: `serializedPlayerLocationData: ${message}`,
  });
});
