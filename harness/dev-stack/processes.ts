import { readdirSync, readFileSync } from "node:fs";

export type FoundProcess = { readonly pid: number; readonly command: string };

/** Running processes whose command line or environment mentions one of the texts, this one excepted. Linux only. */
export function processesMentioning(...texts: readonly string[]): FoundProcess[] {
  const found: FoundProcess[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      const isZombie = /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
      const isMeant = texts.some((text) => command.includes(text) || environment.includes(text));
      if (isMeant && !isZombie) found.push({ pid, command });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}
