import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTEN = "0A";

/** TCP ports on which a process listens. Linux only. */
export function listeningPorts(pid: number): number[] {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // It was closed while we looked.
    }
  }
  const lines = ["tcp", "tcp6"].flatMap((table) => readFileSync(`/proc/net/${table}`, "utf8").split("\n"));
  return lines.flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTEN && inodes.has(inode ?? "") ? [Number.parseInt(local?.split(":")[1] ?? "", 16)] : [];
  });
}
