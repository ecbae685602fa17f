import { busFromSettings, busSettings } from "../bus-from-settings.ts";
import { runService } from "../run-service.ts";
import { systemClock } from "../system-clock.ts";
import { startInstanceManagement } from "./service.ts";
import { instanceManagementSettings } from "./settings.ts";

await runService(
  "instance-management",
  { ...instanceManagementSettings, ...busSettings },
  async (settings, resources) => {
    await using owned = new AsyncDisposableStack();
    const bus = owned.use(busFromSettings(settings, resources.logger));
    owned.use(await startInstanceManagement({ settings, bus, clock: systemClock, ...resources }));
    return owned.move();
  },
);
