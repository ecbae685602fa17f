import { expect, test } from "vitest";
import { costsPerHandoff } from "./handoff-costs.ts";

test("what two servers spent is divided by the handoffs, side by side and stage by stage", () => {
  const one = {
    pack: { ms: 6, times: 3 },
    "send state": { ms: 2, times: 2 },
    "send commit": { ms: 1, times: 1 },
    "send commit: write": { ms: 3, times: 1 },
    "receive complete": { ms: 1, times: 1 },
    "read complete": { ms: 1, times: 1 },
    tick: { ms: 1_000, times: 10 },
  };
  const other = {
    "receive commit": { ms: 4, times: 1 },
    settle: { ms: 5, times: 1 },
    "read commit": { ms: 1, times: 1 },
  };
  const { sides, stages, phases } = costsPerHandoff([one, other], 2);
  expect(sides).toEqual({ S: 7_000, T: 5_000, both: 12_000 });
  expect(stages).toEqual({
    "S preparation": 3_000,
    "S commit": 3_000,
    "S completion": 1_000,
    "T adoption": 5_000,
  });
  expect(phases["S send commit: write"]).toEqual({ us: 1_500, times: 0.5, usEach: 3_000 });
});
