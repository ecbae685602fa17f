import { expect, test } from "vitest";
import { LinkMeter } from "./link-stats.ts";

test("gaps between snapshots: the median, the largest of late, the largest ever", () => {
  const meter = new LinkMeter();
  meter.snapshot(0);
  meter.snapshot(3_000);
  for (let i = 1; i <= 300; i++) meter.snapshot(3_000 + i * 50);
  const stats = meter.read(20_000);
  expect([stats.snapshotGapP50Ms, stats.snapshotGapMaxMs, stats.snapshotGapEverMs]).toEqual([50, 50, 3_000]);
  expect(stats.snapshots).toBe(302);
});

test("bytes per second are those of the last full second", () => {
  const meter = new LinkMeter();
  for (let ms = 0; ms < 2_000; ms += 50) meter.received(100, ms);
  meter.sent(10, 2_000);
  expect(meter.read(2_000)).toMatchObject({ bytesInPerSecond: 2_000, bytesOutPerSecond: 0 });
  expect(meter.read(3_000)).toMatchObject({ bytesInPerSecond: 0, bytesOutPerSecond: 10 });
});

test("the round trip follows a change within a few pings", () => {
  const meter = new LinkMeter();
  expect(meter.read(0).roundTripMs).toBeNaN();
  meter.roundTrip(40);
  expect(meter.read(0).roundTripMs).toBe(40);
  for (let i = 0; i < 10; i++) meter.roundTrip(80);
  expect(meter.read(0).roundTripMs).toBeGreaterThan(75);
});
