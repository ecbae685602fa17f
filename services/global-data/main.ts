import { runService } from "../run-service.ts";
import { startGlobalData } from "./service.ts";
import { globalDataSettings } from "./settings.ts";

await runService("global-data", globalDataSettings, (settings, resources) =>
  startGlobalData({ settings, ...resources }),
);
