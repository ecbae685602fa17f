import { runZoneServer } from "./run-zone-server.ts";

process.exitCode = await runZoneServer(process.argv.slice(2));
