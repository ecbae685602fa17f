import type { Readable } from "node:stream";

/** What is read and thrown away for the sake of an answer: enough for honest mistakes, not for a flood. */
const MOST_BYTES = 32 * 1_048_576;
const LONGEST_MS = 2000;

/**
 * Reads the rest of a refused body and keeps none of it. A sender that is still writing when the connection closes
 * would never see why it was refused.
 */
export function drain(body: Readable): Promise<void> {
  return new Promise((resolve) => {
    let left = MOST_BYTES;
    const overdue = setTimeout(finish, LONGEST_MS);
    function finish(): void {
      clearTimeout(overdue);
      body.off("data", count);
      resolve();
    }
    function count(chunk: Uint8Array): void {
      left -= chunk.length;
      if (left < 0) finish();
    }
    body.on("data", count).once("end", finish).once("close", finish).once("error", finish);
    if (body.readableEnded || body.destroyed) finish();
  });
}
