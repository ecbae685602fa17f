import { runService } from "../run-service.ts";
import { startPublicApi } from "./service.ts";
import { publicApiSettings } from "./settings.ts";

await runService("public-api", publicApiSettings, (settings, resources) => startPublicApi({ settings, ...resources }));
