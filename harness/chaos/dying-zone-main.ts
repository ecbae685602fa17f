import { Socket } from "node:net";
import { parseZoneArguments, runZoneServer } from "@ows/zone-server";
import { DOOM_DIRECTORY, type DoomOrder, noteDeed, takeOrder } from "./doom.ts";
import { layFuse } from "./fuse.ts";

/*
 * A zone server as every other, started by the launcher in its place, that does away with itself or with its links at
 * an ordered point of a handoff: `OWS_ZONE_ENTRY=harness/chaos/dying-zone-main.ts`.
 */
const LOOK_EVERY_MS = 10;

const argv = process.argv.slice(3);
const { zoneInstanceId } = parseZoneArguments(argv);
const directory = process.env[DOOM_DIRECTORY] ?? "";
let doom: DoomOrder | undefined;

if (directory !== "") {
  setInterval(() => {
    doom = takeOrder(directory, zoneInstanceId) ?? doom;
  }, LOOK_EVERY_MS).unref();
  layFuse(
    () => doom,
    () => {
      const deed = doom?.deed;
      if (deed === undefined) return;
      doom = undefined;
      noteDeed(directory, zoneInstanceId);
      if (deed === "die") process.kill(process.pid, "SIGKILL");
      else cutPeerLinks();
    },
  );
}
process.exitCode = await runZoneServer(argv);

/** Between servers of one machine links are Unix sockets, and nothing else of a zone server is. */
function cutPeerLinks(): void {
  const handles = (Reflect.get(process, "_getActiveHandles") as () => unknown[]).call(process);
  const links = handles.filter(
    (handle) => handle instanceof Socket && handle.remoteFamily === undefined && handle.writable,
  );
  if (links.length === 0) throw new Error("there is no link to cut");
  for (const link of links) (link as Socket).destroy();
}
