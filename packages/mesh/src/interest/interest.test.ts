import fc from "fast-check";
import { expect, test } from "vitest";
import { ClientView } from "./client-view.ts";
import { InterestGrid } from "./interest-grid.ts";
import { MirrorWorld, RADIUS, SLOTS } from "./mirror.test-kit.ts";
import { scheduleRecords } from "./schedule-records.ts";
import { ViewSelector } from "./select-view.ts";
import { isTurn, TIERS, tierAt } from "./tiers.ts";
import { ViewChanges } from "./view-changes.ts";

test("a client that applies what it gets always has the server's state of the last turn, whatever happens", () => {
  const runs = fc.record({
    seed: fc.nat(),
    clients: fc.integer({ min: 1, max: 4 }),
    viewCap: fc.constantFrom(5, 20, 64),
    skipShare: fc.constantFrom(0, 0.1, 0.5),
  });
  fc.assert(
    fc.property(runs, ({ seed, clients, viewCap, skipShare }) => {
      const world = new MirrorWorld(seed, clients, viewCap);
      for (let tick = 0; tick < 120; tick++) {
        world.step(skipShare);
        for (const client of world.clients) {
          expect(world.faults(client)).toEqual([]);
          expect(client.known.size).toBeLessThanOrEqual(viewCap);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("four snapshots after the last skip a client knows everybody in sight, as they are, and nobody else", () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const world = new MirrorWorld(seed, 3, SLOTS);
      for (let tick = 0; tick < 40; tick++) world.step(0.5);
      for (let tick = 0; tick < 8; tick++) world.step(0);
      for (const client of world.clients) {
        const inView = new Set(client.view.slots.subarray(0, client.view.count));
        for (let i = 0; i < client.view.count; i++) {
          const isOld = world.sequence - (client.view.admittedAt[i] as number) >= 4;
          if (isOld) expect([...client.known.keys()]).toContain(client.view.slots[i]);
        }
        for (let slot = 0; slot < SLOTS; slot++) {
          if (slot === client.viewer.slot) continue;
          const distance = Math.hypot(
            (world.x[slot] as number) - client.viewer.x,
            (world.y[slot] as number) - client.viewer.y,
          );
          if (world.looks(client) && world.isLive[slot] && distance <= RADIUS) expect(inView.has(slot)).toBe(true);
          const known = client.known.get(slot);
          if (known !== undefined) {
            expect(world.isLive[slot]).toBe(1);
            expect(known.generation).toBe(world.generationOf(slot));
            if (world.looks(client)) expect(distance).toBeLessThanOrEqual(RADIUS * 1.05);
            expect(world.sequence - (client.updatedAt.get(slot) as number)).toBeLessThan(4);
          }
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("the grid finds exactly what is within the radius, outside its bounds too", () => {
  const point = fc.record({
    x: fc.double({ min: -200, max: 200, noNaN: true }),
    y: fc.double({ min: -200, max: 200, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(point, { maxLength: 200 }),
      point,
      fc.double({ min: 0.1, max: 90, noNaN: true }),
      (points, at, radius) => {
        const grid = new InterestGrid({ minX: -100, minY: -50, maxX: 100, maxY: 50 }, 12);
        const slots = Uint16Array.from(points.keys());
        grid.rebuild(
          slots,
          Float64Array.from(points, (p) => p.x),
          Float64Array.from(points, (p) => p.y),
        );
        const count = grid.query(at.x, at.y, radius);
        const expected = [...slots].filter((slot) => {
          const p = points[slot] as { x: number; y: number };
          const [dx, dy] = [p.x - at.x, p.y - at.y];
          return dx * dx + dy * dy <= radius * radius;
        });
        expect([...grid.found.subarray(0, count)].sort((a, b) => a - b)).toEqual(expected);
      },
    ),
  );
});

test("each tier's turns are turns of all faster tiers", () => {
  for (let sequence = 0; sequence < 16; sequence++) {
    for (let slot = 0; slot < 8; slot++) {
      expect(isTurn(sequence, slot, 1)).toBe(true);
      if (isTurn(sequence, slot, 4)) expect(isTurn(sequence, slot, 2)).toBe(true);
    }
  }
  expect(TIERS.map((tier) => tierAt((tier === 1 ? 10 : tier === 2 ? 50 : 90) ** 2, 100))).toEqual([...TIERS]);
});

test("in a crowd everybody gets a turn to be seen, and the nearest stay in view", () => {
  const count = 400;
  const x = Float64Array.from({ length: count + 1 }, (_, i) => Math.cos(i) * (5 + (i / count) * 90));
  const y = Float64Array.from({ length: count + 1 }, (_, i) => Math.sin(i) * (5 + (i / count) * 90));
  x[count] = 0;
  y[count] = 0;
  const grid = new InterestGrid({ minX: -100, minY: -100, maxX: 100, maxY: 100 }, 50);
  grid.rebuild(Uint16Array.from(x.keys()), x, y);
  const selector = new ViewSelector(100);
  const view = new ClientView(100);
  const changes = new ViewChanges(100);
  const generations = new Uint32Array(count + 1).fill(1);
  const everSeen = new Set<number>();
  let worstChurn = 0;
  for (let sequence = 1; sequence <= 1_000; sequence++) {
    changes.reset();
    selector.select(view, { x: 0, y: 0, slot: count }, grid, generations, sequence, changes);
    scheduleRecords(view, sequence, changes);
    for (let i = 0; i < changes.fullCount; i++) everSeen.add(changes.full[i] as number);
    if (sequence > 100) worstChurn = Math.max(worstChurn, changes.fullCount);
    expect(view.count).toBe(100);
    expect([...view.slots.subarray(0, view.count)]).toEqual(expect.arrayContaining([0, 1, 2, 3, 4]));
  }
  expect(everSeen.size).toBe(count);
  expect(worstChurn).toBeLessThan(10);
});
