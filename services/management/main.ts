import { createLogger, readSettings, runUntilStopped, settingsHelp } from "@ows/service-kit";
import { startManagement } from "./service.ts";
import { managementSettings } from "./settings.ts";

if (process.argv.includes("--help")) console.log(`management reads:\n${settingsHelp(managementSettings)}`);
else {
  await runUntilStopped(async () => {
    const settings = readSettings(managementSettings, process.env);
    return startManagement({ settings, logger: createLogger({ name: "management", level: settings.logLevel }) });
  });
}
