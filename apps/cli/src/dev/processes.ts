import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What `/proc` tells about a process. Everywhere else these functions know nothing and answer undefined or nothing. */
export type ProcessInfo = {
  readonly pid: number;
  readonly parentPid: number;
  readonly command: string;
  /** In ticks since the machine started: with the pid it names one process for ever. */
  readonly startTicks: number;
};

export function processInfo(pid: number): ProcessInfo | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces and parentheses itself; the numbers follow the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
    return { pid, parentPid: Number(fields[1]), command, startTicks: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

export function allProcesses(): readonly ProcessInfo[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => processInfo(Number(name)))
      .filter((info) => info !== undefined);
  } catch {
    return [];
  }
}

/** Every process that `pid` started, and what those started, as long as their parents live. */
export function descendantsOf(pid: number, processes: readonly ProcessInfo[] = allProcesses()): readonly ProcessInfo[] {
  const children = processes.filter((info) => info.parentPid === pid);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, processes)]);
}

/** The process that listens on a TCP port of this machine, when this user may know. */
export function listenerOn(port: number): ProcessInfo | undefined {
  const inodes = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => listeningInodes(file, port)));
  if (inodes.size === 0) return undefined;
  return allProcesses().find((info) => openSockets(info.pid).some((inode) => inodes.has(inode)));
}

function listeningInodes(file: string, port: number): readonly string[] {
  const LISTEN = "0A";
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((row) => row[3] === LISTEN && Number.parseInt(row[1]?.split(":")[1] ?? "", 16) === port)
      .map((row) => row[9] ?? "");
  } catch {
    return [];
  }
}

function openSockets(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since it was listed.
    return "";
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
