import { expect, test } from "vitest";
import { tableOf } from "./table.ts";

test("figures stand beside their targets, and too few samples are called few", () => {
  const rows = [
    { metric: "age p99", measured: "40 ms", target: "38 ms", n: 9_999 },
    { metric: "lost", measured: "0", n: 10_000 },
  ];
  expect(tableOf(rows).split("\n")).toEqual([
    "metric  | measured | target | n",
    "age p99 | 40 ms    | 38 ms  | 9,999 (few)",
    "lost    | 0        |        | 10,000",
  ]);
});
