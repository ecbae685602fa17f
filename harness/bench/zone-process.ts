import { startStandaloneZoneServer } from "@ows/zone-server";
import game from "./gas-game.ts";

/*
 * A zone server of the crowd's game as a process of its own. Answers each message from its parent with what it has used
 * since the message before.
 */
const server = await startStandaloneZoneServer({
  game,
  zoneName: "Gas",
  admission: "open",
  settings: { hardPlayerCap: 5_000, maxConnections: 5_000 },
});
let usage = process.cpuUsage();
let atMs = performance.now();
let ticks = 0;

process.on("message", () => {
  const used = process.cpuUsage(usage);
  const seconds = (performance.now() - atMs) / 1000;
  const { players, entities, ...figures } = server.inspect();
  process.send?.({
    ...figures,
    players: players.length,
    entities: entities.length,
    seconds,
    cpuS: (used.user + used.system) / 1e6,
    ticksRun: figures.ticks - ticks,
  });
  usage = process.cpuUsage();
  atMs = performance.now();
  ticks = figures.ticks;
});
process.on("disconnect", () => void server[Symbol.asyncDispose]().then(() => process.exit(0)));
process.send?.({ url: server.endpoint.url });
