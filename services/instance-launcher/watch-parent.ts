import { processIdentity } from "./children/process-identity.ts";

const LOOK_EVERY_MS = 500;

/** Calls `onGone` once when the process is no more, its number given to another one included. */
export function watchParent(pid: number, onGone: () => void): Disposable {
  const identity = processIdentity(pid);
  const isGone = identity === undefined ? () => !exists(pid) : () => processIdentity(pid) !== identity;
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
