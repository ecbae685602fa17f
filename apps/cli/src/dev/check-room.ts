import { GroundError, roomForServers } from "@ows/mesh";
import { DevError } from "./dev-error.ts";

type Ground = { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };

/** Throws `DevError` when the ground of a zone, in metres, is too small to be shared by so many servers. */
export function checkRoom(zoneName: string, ground: Ground, servers: number): void {
  if (servers === 1) return;
  const size = `${ground.maxX - ground.minX} × ${ground.maxY - ground.minY} m`;
  const room = roomIn(ground, size);
  if (servers <= room) return;
  const most = room === 1 ? "one server" : `${room} servers at most`;
  const why = `${zoneName} is ${size}, which is room for ${most}, since each needs 25 m square`;
  throw new DevError(
    `${servers} servers can't share the zone: ${why}. Ask for fewer with --servers ${Math.max(1, room)}.`,
  );
}

function roomIn(ground: Ground, size: string): number {
  try {
    return roomForServers(ground);
  } catch (error) {
    if (!(error instanceof GroundError)) throw error;
    throw new DevError(`ground of ${size} can't be shared: ${error.message}. Ask for --servers 1.`, { cause: error });
  }
}
