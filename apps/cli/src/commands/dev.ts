import type { Command } from "../command.ts";
import { parseCommandLine, refusePositionals } from "../parse-command-line.ts";

export const dev: Command = {
  name: "dev",
  summary: "Start everything on this machine: services, launcher, zone servers, demo, dashboard",
  usage: ["ows dev [options]", "npm start -- [options]"],
  about: `Runs the five HTTP services in this process on a SQLite file, the instance launcher as its child, and zone
servers as children of the launcher. Everything listens on 127.0.0.1 only. Accounts, characters and positions
stay in the data folder until you delete it. Ctrl-C saves everybody and stops all of it; a second Ctrl-C kills.

Ports: public-api 44302, instance-management 44328, character-persistence 44323, global-data 44325,
management (dashboard and demo) 44410, zone servers from 7778. With --port-base N: N to N+4 in this order,
zone servers from N+10. Stock Unreal clients keep four digits of a zone server's port: stay below 9900.`,
  options: {
    "port-base": { type: "string", value: "N", help: "First of the ports to use instead of OWS's own" },
    game: { type: "string", value: "path", help: "Game module that zone servers run (default: the demo)" },
    servers: {
      type: "string",
      value: "N",
      help: "Zone servers that share the ground of Meadow (default 2; 1: it is not shared)",
    },
    storm: { type: "boolean", help: "Hand every entity of Meadow to another server each second" },
    bots: { type: "string", value: "N", help: "Players that walk about by themselves (default 40; 0 for none)" },
    "data-dir": { type: "string", value: "path", help: "Folder of database, logs and secrets (default ./.ows)" },
    "no-pages": { type: "boolean", help: "Serve the pages as they were built last, without looking at their sources" },
  },
  examples: [
    { line: "ows dev", does: "everything on OWS's own ports, with 40 bots" },
    { line: "ows dev --port-base 9100 --bots 0", does: "beside another one, and quiet" },
    { line: "ows dev --servers 4", does: "one seamless Meadow on four zone servers" },
    { line: "ows dev --game ./my-game/game.ts", does: "your own game (see `ows help new`)" },
    { line: "ows dev --data-dir /tmp/try", does: "with accounts and positions of its own" },
  ],
  async settings() {
    const { devSettings } = await import("../dev/dev-settings.ts");
    return [{ title: "Environment (further variables: `ows help serve`, `launcher`, `zone`)", table: devSettings }];
  },
  async run(argv, io) {
    const line = parseCommandLine(dev, argv);
    refusePositionals("dev", line);
    const { readDevOptions } = await import("../dev/dev-options.ts");
    const options = readDevOptions(line, io);
    const { runDev } = await import("../dev/run-dev.ts");
    return runDev(options, io);
  },
};
