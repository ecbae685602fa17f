import { setTimeout as sleep } from "node:timers/promises";
import type { DevStack } from "../dev-stack/start-dev.ts";
import { inspectServer } from "./inspect-server.ts";

const LOOK_EVERY_MS = 150;
/** In a storm nothing changes hands more often than each half second: so many looks in a row see nothing twice. */
const LOOKS_TO_BELIEVE = 3;

/** Looks at what lives on all servers of a mesh instance, players aside: which ids there are, and which live twice. */
export async function countCreatures(
  dev: DevStack,
  servers: readonly { readonly zoneInstanceId: number; readonly port: number }[],
  looks: number,
): Promise<{ readonly living: ReadonlySet<number>; readonly doubled: ReadonlySet<number> }> {
  const living = new Set<number>();
  const doubled = new Set<number>();
  let suspects = new Map<number, number>();
  for (let look = 0; look < looks; look++) {
    const seenAt = new Map<number, number>();
    for (const seen of await Promise.all(servers.map((server) => inspectServer(dev, server)))) {
      const players = new Set(seen?.players.map(({ id }) => id));
      for (const [, , , id] of seen?.entities ?? []) if (!players.has(id)) seenAt.set(id, (seenAt.get(id) ?? 0) + 1);
    }
    for (const id of seenAt.keys()) living.add(id);
    const twice = [...seenAt].filter(([, count]) => count > 1);
    suspects = new Map(twice.map(([id]) => [id, (suspects.get(id) ?? 0) + 1]));
    for (const [id, times] of suspects) if (times >= LOOKS_TO_BELIEVE) doubled.add(id);
    await sleep(LOOK_EVERY_MS);
  }
  return { living, doubled };
}
