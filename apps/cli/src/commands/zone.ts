import type { Command } from "../command.ts";

export const zone: Command = {
  name: "zone",
  summary: "Run one zone server, as a launcher starts it",
  usage: ["ows zone <Map>?listen -server -port=<port> -zoneinstanceid=<id> [more Unreal options]"],
  about: `Takes the command line that OWS launchers give to Unreal servers. You seldom type it: the launcher does, and
passes credentials and addresses in the environment.`,
  options: {},
  examples: [{ line: "ows zone Meadow?listen -server -port=7778 -zoneinstanceid=1", does: "as the launcher would" }],
  async settings() {
    const { zoneProcessSettings } = await import("@ows/zone-server");
    return [{ title: "Environment", table: zoneProcessSettings }];
  },
  async run(argv) {
    const { runZoneServer } = await import("@ows/zone-server");
    return runZoneServer(argv);
  },
};
