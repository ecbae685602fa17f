import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { connectSocket } from "./socket-channel.ts";

/** `sockaddr_un` has room for 104 bytes on some systems, the final zero included. */
const MAX_PATH_BYTES = 103;
const SOCKET_NAME = "link";
const DIRECTORY = /^ows-link-(\d{1,10})-[\w-]+$/;
const PROBE_MS = 1_000;

/** A place for one socket: a directory of its own that nobody else may enter, and that no other process ever names. */
export interface SocketFile extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a place for a socket in the system's temporary directory, and clears away those of processes that were killed.
 * Rejects where there can be none: no Unix sockets, no writable directory, a path that is too long.
 */
export async function makeSocketFile(): Promise<SocketFile> {
  if (process.platform === "win32") throw new Error("Windows has no Unix sockets that Node knows");
  await removeStale(tmpdir());
  const directory = await mkdtemp(join(tmpdir(), `ows-link-${process.pid}-`));
  const remove = () => rm(directory, { recursive: true, force: true });
  const path = join(directory, SOCKET_NAME);
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    await remove();
    throw new Error(`${path} is longer than the ${MAX_PATH_BYTES} bytes of a socket's path`);
  }
  return { path, [Symbol.asyncDispose]: remove };
}

/** Whether a path that came from elsewhere names a socket like ours, here and of this user. */
export async function isSocketHere(path: string): Promise<boolean> {
  const isLikeOurs = isAbsolute(path) && normalize(path) === path && basename(path) === SOCKET_NAME;
  if (!isLikeOurs || !DIRECTORY.test(basename(dirname(path)))) return false;
  const file = await lstat(path).catch(() => undefined);
  return file?.isSocket() === true && file.uid === process.getuid?.();
}

/** A directory whose process is gone and whose socket nobody answers: the process may live where its id is another. */
async function removeStale(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(DIRECTORY.exec(name)?.[1]);
    if (!(pid > 0) || isRunning(pid)) continue;
    const directory = join(parent, name);
    const { uid } = await lstat(directory).catch(() => ({ uid: -1 }));
    if (uid !== process.getuid?.() || (await isAnswered(join(directory, SOCKET_NAME)))) continue;
    await rm(directory, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function isAnswered(path: string): Promise<boolean> {
  try {
    (await connectSocket({ path }, AbortSignal.timeout(PROBE_MS))).destroy();
    return true;
  } catch {
    return false;
  }
}
