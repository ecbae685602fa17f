import { readFileSync } from "node:fs";

/** What `/proc` counts in, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100;

/** CPU that a process has used, in seconds; `undefined` when it is gone. Linux only. */
export function cpuSecondsOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program comes first, in brackets, and may hold anything.
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    return (Number(user) + Number(system)) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}

/** CPU of all cores together since the machine started, in seconds. Linux only. */
export function machineCpuSeconds(): { readonly busy: number; readonly idle: number } {
  const [, user, nice, system, idle, wait, irq, softIrq, stolen] =
    /^cpu +(\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)/m.exec(readFileSync("/proc/stat", "utf8"))?.map(Number) ??
    [];
  const sum = (...ticks: (number | undefined)[]) => ticks.reduce<number>((total, t) => total + (t ?? 0), 0);
  return {
    busy: sum(user, nice, system, irq, softIrq, stolen) / TICKS_PER_SECOND,
    idle: sum(idle, wait) / TICKS_PER_SECOND,
  };
}
