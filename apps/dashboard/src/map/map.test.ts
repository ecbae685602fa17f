import { expect, test } from "vitest";
import type { LiveMap } from "../api.ts";
import { legendOf } from "./legend.ts";
import { MapMotion } from "./map-motion.ts";
import { fitView, pick, toPixels, zoomView } from "./view.ts";

const bounds = { minX: -100, minY: -50, maxX: 100, maxY: 50 };

function mapOf(...entities: readonly Partial<LiveMap["entities"][number]>[]): LiveMap {
  const whole = entities.map((entity, index) => {
    return {
      id: index + 1,
      className: "Slime",
      name: "",
      isConnected: false,
      x: 0,
      y: 0,
      zoneInstanceId: 1,
      ghostAt: [],
      stay: null,
      ...entity,
    };
  });
  return { zoneInstanceId: 1, zoneName: "Meadow", atMs: 0, tick: 0, bounds, areas: [], entities: whole, ghosts: [] };
}

test("the whole zone fits the canvas, in its middle, north up", () => {
  const view = fitView(bounds, 424, 424);
  expect(view.pixelsPerMetre).toBe(2);
  expect(toPixels(view, 0, 0)).toEqual({ x: 212, y: 212 });
  expect(toPixels(view, -100, 50)).toEqual({ x: 12, y: 112 });
});

test("zooming keeps what is under the pointer", () => {
  const view = fitView(bounds, 424, 424);
  const closer = zoomView(view, 3, 100, 150);
  const [x, y] = [view.left + 100 / view.pixelsPerMetre, view.top - 150 / view.pixelsPerMetre];
  expect(toPixels(closer, x, y).x).toBeCloseTo(100);
  expect(toPixels(closer, x, y).y).toBeCloseTo(150);
});

test("entities glide to where they were seen last; teleports and newcomers are there at once", () => {
  const motion = new MapMotion(1000);
  motion.accept(mapOf({ id: 1, x: 0 }), 0);
  motion.accept(mapOf({ id: 1, x: 10 }, { id: 2, x: 5 }), 1000);
  expect(motion.placesAt(1500).get(1)).toEqual({ x: 5, y: 0 });
  expect(motion.placesAt(1500).get(2)).toEqual({ x: 5, y: 0 });
  expect(motion.placesAt(9000).get(1)).toEqual({ x: 10, y: 0 });
  motion.accept(mapOf({ id: 1, x: 90 }), 10_000);
  expect(motion.placesAt(10_000).get(1)).toEqual({ x: 90, y: 0 });
  expect(motion.placesAt(10_000).has(2)).toBe(false);
});

test("the legend counts players apart from classes", () => {
  const map = mapOf({ name: "Ada", className: "Wanderer" }, {}, {}, { className: "Dummy" });
  expect(legendOf(map).map(({ name, number }) => `${name} ${number}`)).toEqual(["Players 1", "Dummy 1", "Slime 2"]);
});

test("a ghost glides beside its owner, which may be elsewhere by then", () => {
  const motion = new MapMotion(1000);
  const ghost = { id: 1, className: "Slime", at: 2, owner: 1, y: 0 };
  motion.accept({ ...mapOf({ id: 1, x: 0 }), ghosts: [{ ...ghost, x: 1 }] }, 0);
  motion.accept({ ...mapOf({ id: 1, x: 10 }), ghosts: [{ ...ghost, x: 5 }] }, 1000);
  expect([motion.placesAt(1500).get(1)?.x, motion.placesAt(1500).get(-1)?.x]).toEqual([5, 3]);
});

test("a click means what is nearest to it, and nothing when nothing is near", () => {
  const view = fitView(bounds, 424, 424);
  const things = [
    { id: 1, x: 0, y: 0 },
    { id: 2, x: 4, y: 0 },
  ];
  expect(pick(view, things, { x: 217, y: 212 }, 18)?.id).toBe(2);
  expect(pick(view, things, { x: 212, y: 250 }, 18)).toBeUndefined();
});
