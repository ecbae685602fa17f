import { pathToFileURL } from "node:url";
import type { Game } from "@ows/game";

export class GameModuleError extends Error {
  override readonly name = "GameModuleError";
}

/** Loads the module at an absolute path: its default export is what `defineGame` made. */
export async function loadGame(path: string): Promise<Game> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as typeof module;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GameModuleError(`the game module ${path} can't be loaded: ${why}`, { cause });
  }
  if (!isGame(module.default)) {
    throw new GameModuleError(`the game module ${path} must have a default export made by defineGame`);
  }
  return module.default;
}

function isGame(value: unknown): value is Game {
  if (typeof value !== "object" || value === null || !("definition" in value)) return false;
  const { definition } = value;
  return typeof definition === "object" && definition !== null && "classes" in definition && "join" in definition;
}
