import type { Command } from "../command.ts";
import { parseCommandLine, refusePositionals } from "../parse-command-line.ts";

export const launcher: Command = {
  name: "launcher",
  summary: "Run an instance launcher: it starts and stops the zone servers of this machine",
  usage: ["ows launcher"],
  about: `Registers with instance-management, listens on the bus, starts one process for each zone instance that is asked
for, and reports each exit at once. It starts this project's zone server with the game of OWS_GAME (the demo when
not given), or your Unreal server when OWS_UNREAL_SERVER says where it is. When it stops, its zone servers save everybody and stop too.`,
  options: {},
  examples: [{ line: "OWS_SERVICE_SECRET=… ows launcher", does: "beside `ows serve bus instance-management …`" }],
  async settings() {
    const { instanceLauncherSettings } = await import("@ows/services/instance-launcher/settings.ts");
    const { busSettings } = await import("@ows/services/bus-from-settings.ts");
    return [{ title: "Environment", table: { ...instanceLauncherSettings, ...busSettings } }];
  },
  async run(argv) {
    refusePositionals("launcher", parseCommandLine(launcher, argv));
    const { DEMO_GAME, ZONE_ENTRY } = await import("../zone-entry.ts");
    process.env.OWS_ZONE_ENTRY ||= ZONE_ENTRY;
    process.env.OWS_GAME ||= DEMO_GAME;
    // The program itself: it ends when it is told to stop.
    await import("@ows/services/instance-launcher/main.ts");
    return Number(process.exitCode ?? 0);
  },
};
