import { type Clock, endpointFrom, ID_BLOCK_SIZE, IdSource } from "@ows/base";
import type { Components, Game, InputFields } from "@ows/game";
import { type Logger, silentLogger } from "@ows/service-kit";
import { type Characters, MemoryCharacters } from "./backend/characters.ts";
import { type Admission, openAdmission } from "./players/admission.ts";
import { processClock } from "./process-clock.ts";
import type { ZoneServer } from "./start-zone-server.ts";
import { anyGame } from "./world/any-game.ts";
import { ZoneRuntime } from "./zone-runtime.ts";
import { defaultZoneSettings, type ZoneSettings } from "./zone-settings.ts";

export type StandaloneOptions<C extends Components, I extends InputFields> = {
  readonly game: Game<C, I>;
  readonly zoneName: string;
  /** `open`: everybody may enter, under the name they give as token. There is no other way to say so. */
  readonly admission: "open" | Admission;
  readonly settings?: Partial<ZoneSettings>;
  /** Kept in memory when not given. */
  readonly characters?: Characters;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Who may ask for `GET /inspect`; nobody when not given. */
  readonly inspectCredential?: string;
};

/** A zone server without a backend, for tests and tools. */
export async function startStandaloneZoneServer<C extends Components, I extends InputFields>(
  options: StandaloneOptions<C, I>,
): Promise<ZoneServer> {
  const settings = { ...defaultZoneSettings, ...options.settings };
  const clock = options.clock ?? processClock;
  const ids = new IdSource();
  ids.grant({ first: 1, size: ID_BLOCK_SIZE });
  const zoneInstanceId = 1;
  const runtime = await ZoneRuntime.start({
    game: anyGame(options.game),
    zoneName: options.zoneName,
    zoneInstanceId,
    settings,
    ids,
    characters: options.characters ?? new MemoryCharacters(),
    admission: options.admission === "open" ? openAdmission : options.admission,
    clock,
    meshMs: () => clock.nowMs(),
    logger: options.logger ?? silentLogger(),
    inspectCredential: options.inspectCredential,
    onPresence: () => {},
  });
  const { promise: stopping, resolve } = Promise.withResolvers<string>();
  return {
    endpoint: endpointFrom("ws://{ip}:{port}", settings.host, runtime.port),
    zoneInstanceId,
    stopping,
    inspect: () => runtime.inspect(),
    async [Symbol.asyncDispose]() {
      resolve("it was asked to stop");
      await runtime.stop({ code: "stopping", reason: "this server is stopping", keep: "save" });
    },
  };
}
