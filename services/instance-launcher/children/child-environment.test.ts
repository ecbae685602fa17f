import { expect, test } from "vitest";
import { childEnvironment } from "./child-environment.ts";

test("a zone server gets its own credential, and no secret of the launcher", () => {
  const secret = "a secret that services and launchers share";
  const own = {
    PATH: "/bin",
    OWS_SERVICE_SECRET: secret,
    OWS_DATA_DIR: "/data",
    NODE_OPTIONS: "--inspect",
    OWS_ZONE_HOST: "0.0.0.0",
  };
  const env = childEnvironment(
    own,
    {
      customerGuid: "11111111-2222-3333-4444-555555555555",
      instanceManagementUrl: "http://127.0.0.1:1",
      characterPersistenceUrl: "http://127.0.0.1:2",
      publicApiUrl: "http://127.0.0.1:3",
      serviceSecret: secret,
      game: "/games/meadow.ts",
      encryptionKey: "",
      logLevel: "info",
    },
    { zoneInstanceId: 42, launcherPort: 5_000 },
  );
  expect(Object.values(env).some((value) => value.includes(secret))).toBe(false);
  expect(Object.keys(env).toSorted()).toEqual([
    "OWS_CHARACTER_PERSISTENCE_URL",
    "OWS_CUSTOMER_GUID",
    "OWS_GAME",
    "OWS_INSTANCE_MANAGEMENT_URL",
    "OWS_LAUNCHER_LINK",
    "OWS_LOG_LEVEL",
    "OWS_PUBLIC_API_URL",
    "OWS_ZONE_CREDENTIAL",
    "OWS_ZONE_HOST",
    "PATH",
  ]);
  expect(env).toMatchObject({ OWS_LAUNCHER_LINK: "127.0.0.1:5000", OWS_GAME: "/games/meadow.ts" });
});
