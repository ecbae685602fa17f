import { expect, test } from "vitest";
import { Interruption, noticedHandoff } from "./interruption.ts";

const there = { server: "Meadow-3", ref: 7, x: 10, y: 20 };

test("after the loss of a server its player reads where they are, after how long, and from which copy", () => {
  const interruption = new Interruption();
  interruption.lost(there, 1_000);
  // While the way back is tried again and again, the first loss counts.
  interruption.lost({ ...there, x: 99 }, 1_500);
  expect(interruption.back({ ...there, server: "Meadow-2", x: 11 }, 1_830)).toBe(
    "Meadow-3 was lost. You play on at Meadow-2 after 0.8 s, where you were.",
  );
  interruption.lost(there, 5_000);
  expect(interruption.back({ server: "Meadow-2", ref: 9, x: 22, y: 36 }, 6_000)).toBe(
    "Meadow-3 was lost. You play on at Meadow-2 after 1.0 s, 20 m from where you were, as you were saved last.",
  );
});

test("a link that was lost and found on the same server is no lost server, and a journey is none at all", () => {
  const interruption = new Interruption();
  expect(interruption.back(there, 0)).toBeUndefined();
  interruption.lost(there, 0);
  expect(interruption.back(there, 2_000)).toBe("Back on Meadow-3 after 2.0 s, where you were.");
  interruption.lost(there, 0);
  interruption.forget();
  expect(interruption.back({ ...there, server: "Cellar-1" }, 2_000)).toBeUndefined();
});

test("a change of servers is told of when it is noticed", () => {
  const change = { from: "Meadow-5", to: "Meadow-6", interruptionMs: 40, jumpMetres: 0.02 };
  expect(noticedHandoff(change)).toBeUndefined();
  expect(noticedHandoff({ ...change, interruptionMs: 420 })).toBeUndefined();
  expect(noticedHandoff({ ...change, interruptionMs: 620 })).toBe(
    "You went over from Meadow-5 to Meadow-6; nothing was heard for 0.6 s.",
  );
  expect(noticedHandoff({ ...change, jumpMetres: 6.65 })).toBe(
    "You went over from Meadow-5 to Meadow-6; nothing was heard for 0.0 s; it knew you 7 m away.",
  );
});
