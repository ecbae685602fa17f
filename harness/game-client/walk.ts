import { waitUntil } from "../dev-stack/wait-until.ts";
import type { RawGameClient } from "./raw-client.ts";

/** Most moves that are under way: fewer than the server lets wait. */
const AHEAD = 8;

/** Walks a number of ticks in one direction, hundredths of full speed; done when the server has applied every one. */
export async function walk(client: RawGameClient, ticks: number, x = 100, y = 0): Promise<void> {
  for (let i = 0; i < ticks; i += 2) {
    const move = { name: "move", values: { x, y } };
    client.send([move, move]);
    await applied(client, client.sentInputs - AHEAD);
  }
  await applied(client, client.sentInputs);
}

/** Walks to a place, or as near as `within` metres. */
export async function walkTo(client: RawGameClient, x: number, y: number, within: number): Promise<void> {
  for (;;) {
    const [atX = 0, atY = 0] = client.own?.position ?? [];
    const away = Math.hypot(x - atX, y - atY);
    if (away <= within) return;
    const speed = Math.min(100, Math.max(20, away * 50));
    await walk(client, 2, Math.round(((x - atX) / away) * speed), Math.round(((y - atY) / away) * speed));
  }
}

/** Done when the server has applied input `seq` of this client. */
export async function applied(client: RawGameClient, seq: number): Promise<void> {
  await waitUntil(`input ${seq} is applied`, () => {
    if (client.closed) throw new Error(`the connection was closed: ${client.closing?.code}`);
    return (client.last?.ackedSeq ?? 0) >= seq;
  });
}

/** In metres, on the ground. */
export function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot((a[0] ?? 0) - (b[0] ?? 0), (a[1] ?? 0) - (b[1] ?? 0));
}
