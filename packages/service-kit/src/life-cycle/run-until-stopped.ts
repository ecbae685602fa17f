import { PortTakenError } from "../http/listen.ts";
import { SettingsError } from "../settings/read-settings.ts";

export type RunOptions = {
  /** How long stopping may take before the process ends anyway, in milliseconds. */
  readonly stopDeadlineMs?: number;
  readonly signals?: readonly NodeJS.Signals[];
};

/**
 * Runs a program: starts it, waits for SIGINT or SIGTERM, disposes it, and leaves the process to end by itself. A
 * second signal, or a stop that takes too long, ends it at once with code 1. A wrong setting or a taken port is
 * printed as one clear text, without a stack.
 */
export async function runUntilStopped(
  start: (signal: AbortSignal) => Promise<AsyncDisposable>,
  options: RunOptions = {},
): Promise<void> {
  const stopping = new AbortController();
  const onSignal = () => (stopping.signal.aborted ? process.exit(1) : stopping.abort());
  const signals = options.signals ?? ["SIGINT", "SIGTERM"];
  for (const signal of signals) process.on(signal, onSignal);
  try {
    const program = await start(stopping.signal);
    await aborted(stopping.signal);
    const overdue = setTimeout(() => process.exit(1), options.stopDeadlineMs ?? 10_000);
    overdue.unref();
    await program[Symbol.asyncDispose]();
    clearTimeout(overdue);
  } catch (error) {
    process.exitCode = 1;
    console.error(isOperatorMistake(error) ? error.message : error);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    // A pending promise does not keep the process alive; the program's own sockets do.
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function isOperatorMistake(error: unknown): error is Error {
  return error instanceof SettingsError || error instanceof PortTakenError;
}
