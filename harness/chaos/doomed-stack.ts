import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { DOOM_DIRECTORY } from "./doom.ts";

/** A stack whose zone servers break when and as they are ordered. */
export type DoomedStack = AsyncDisposable & { readonly dev: DevStack; readonly directory: string };

export async function startDoomedStack(portBase: number, servers: number): Promise<DoomedStack> {
  const directory = mkdtempSync(join(tmpdir(), "ows-doom-"));
  const forget = () => rmSync(directory, { recursive: true, force: true });
  try {
    const dev = await startDev({
      portBase,
      servers,
      game: join(import.meta.dirname, "crossing-game.ts"),
      env: {
        OWS_ZONE_ENTRY: join(import.meta.dirname, "dying-zone-main.ts"),
        OWS_ZONE_MINIMUM_STAY_MS: "200",
        [DOOM_DIRECTORY]: directory,
      },
    });
    return {
      dev,
      directory,
      async [Symbol.asyncDispose]() {
        await dev[Symbol.asyncDispose]();
        forget();
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}
