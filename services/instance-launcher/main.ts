import { createLogger, readSettings, runUntilStopped, settingsHelp } from "@ows/service-kit";
import { busFromSettings, busSettings } from "../bus-from-settings.ts";
import { systemClock } from "../system-clock.ts";
import { startLauncher } from "./service.ts";
import { instanceLauncherSettings } from "./settings.ts";
import { watchParent } from "./watch-parent.ts";

const table = { ...instanceLauncherSettings, ...busSettings };

if (process.argv.includes("--help")) {
  console.log(`instance-launcher reads:\n${settingsHelp(table)}`);
} else {
  await runUntilStopped(async () => {
    const settings = readSettings(table, process.env);
    const logger = createLogger({ name: "instance-launcher", level: settings.logLevel });
    await using owned = new AsyncDisposableStack();
    if (settings.parentPid > 0) {
      owned.use(
        watchParent(settings.parentPid, () => {
          logger.warn({ parentPid: settings.parentPid }, "the parent process is gone, so the launcher stops");
          process.kill(process.pid, "SIGTERM");
        }),
      );
    }
    const bus = owned.use(busFromSettings(settings, logger));
    owned.use(await startLauncher({ settings, bus, logger, clock: systemClock, env: process.env }));
    return owned.move();
  });
}
