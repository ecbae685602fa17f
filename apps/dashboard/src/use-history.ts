import { useRef } from "react";

type Reading<Data> = { readonly data: Data; readonly atMs: number };

/** The reading before the newest, so that counters can be shown as rates. */
export function useHistory<Data>(data: Data | undefined, atMs: number): Reading<Data> | undefined {
  const readings = useRef<readonly [Reading<Data> | undefined, Reading<Data> | undefined]>([undefined, undefined]);
  const newest = readings.current[1];
  if (data !== undefined && newest?.atMs !== atMs) readings.current = [newest, { data, atMs }];
  return readings.current[0];
}
