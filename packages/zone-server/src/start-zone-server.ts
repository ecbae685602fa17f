import { type Clock, type Endpoint, endpointFrom, ID_BLOCK_SIZE, IdSource } from "@ows/base";
import type { Components, Game, InputFields } from "@ows/game";
import { type Logger, silentLogger } from "@ows/service-kit";
import { type Characters, MemoryCharacters } from "./backend/characters.ts";
import type { Inspection } from "./inspect/inspect.ts";
import { openAdmission } from "./players/admission.ts";
import { processClock } from "./process-clock.ts";
import { ZoneRuntime } from "./zone-runtime.ts";
import { defaultZoneSettings, type ZoneSettings } from "./zone-settings.ts";

export type ZoneServer = AsyncDisposable & {
  readonly endpoint: Endpoint;
  readonly zoneInstanceId: number;
  /** Resolves when the server has stopped, for whatever reason. */
  readonly stopped: Promise<void>;
  inspect(): Inspection;
};

export type StandaloneOptions<C extends Components, I extends InputFields> = {
  readonly game: Game<C, I>;
  readonly zoneName: string;
  /** Everybody may enter, under the name they give as token. There is no other way to say so than this argument. */
  readonly admission: "open";
  readonly settings?: Partial<ZoneSettings>;
  /** Kept in memory when not given. */
  readonly characters?: Characters;
  readonly logger?: Logger;
  readonly clock?: Clock;
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
    game: options.game as Game,
    zoneName: options.zoneName,
    zoneInstanceId,
    settings,
    ids,
    characters: options.characters ?? new MemoryCharacters(),
    admission: openAdmission,
    clock,
    meshMs: () => clock.nowMs(),
    logger: options.logger ?? silentLogger(),
    inspectCredential: undefined,
    onPresence: () => {},
    onTick: () => {},
  });
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  return {
    endpoint: endpointFrom("ws://{ip}:{port}", settings.host, runtime.port),
    zoneInstanceId,
    stopped,
    inspect: () => runtime.inspect(),
    async [Symbol.asyncDispose]() {
      await runtime.stop({ code: "stopping", reason: "this server is stopping", keep: "save" });
      resolve();
    },
  };
}
