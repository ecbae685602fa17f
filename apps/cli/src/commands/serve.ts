import { didYouMean } from "../closest-name.ts";
import { type Command, UsageError } from "../command.ts";
import { parseCommandLine } from "../parse-command-line.ts";

export const serve: Command = {
  name: "serve",
  summary: "Run one or more services in this process",
  usage: ["ows serve <service> [more services]"],
  about: `The services: public-api, instance-management, character-persistence, global-data, management – and bus, the
message bus between instance-management and the launchers of this machine. Services of one deployment share a
database (OWS_DATA_DIR) and a secret (OWS_SERVICE_SECRET); they may run in one process or in several.`,
  options: {},
  examples: [
    { line: "ows serve bus instance-management", does: "with `ows launcher` beside it" },
    { line: "ows serve public-api", does: "alone, for a second copy on another port" },
  ],
  async settings() {
    const { serveSettingsGroups } = await import("../serve/serve-services.ts");
    return serveSettingsGroups();
  },
  async run(argv, io) {
    const { positionals } = parseCommandLine(serve, argv);
    const { isServable, SERVABLE, serveServices } = await import("../serve/serve-services.ts");
    if (positionals.length === 0) throw new UsageError(`ows serve needs a service: ${SERVABLE.join(", ")}`);
    const wanted = [...new Set(positionals)].map((name) => {
      if (isServable(name)) return name;
      throw new UsageError(
        `there is no service ${name}; there are ${SERVABLE.join(", ")}.${didYouMean(name, SERVABLE)}`,
      );
    });
    return serveServices(wanted, io);
  },
};
