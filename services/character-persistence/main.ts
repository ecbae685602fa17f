import { runService } from "../run-service.ts";
import { startCharacterPersistence } from "./service.ts";
import { characterPersistenceSettings } from "./settings.ts";

await runService("character-persistence", characterPersistenceSettings, (settings, resources) =>
  startCharacterPersistence({ settings, ...resources }),
);
