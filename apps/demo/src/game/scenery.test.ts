import { expect, test } from "vitest";
import { metresFromRoad, sceneries, sceneryIndexOf } from "./scenery.ts";

test("every prop stands inside its zone, none on a road, none where people arrive", () => {
  const meadow = sceneries[sceneryIndexOf("Meadow")];
  const { bounds, props } = meadow ?? sceneries[0]!;
  expect(props.length).toBeGreaterThan(400);
  for (const prop of props) {
    expect(prop.x).toBeGreaterThan(bounds.minX);
    expect(prop.x).toBeLessThan(bounds.maxX);
    expect(prop.y).toBeGreaterThan(bounds.minY);
    expect(prop.y).toBeLessThan(bounds.maxY);
    if (prop.kind === "pond" || prop.kind === "well") continue;
    expect(metresFromRoad(prop.x, prop.y)).toBeGreaterThan(2);
    expect(Math.hypot(prop.x, prop.y)).toBeGreaterThan(25);
  }
});

test("an unknown zone is a plain", () => {
  expect(sceneries[sceneryIndexOf("Somewhere")]).toMatchObject({ ground: "grass", props: [] });
});
