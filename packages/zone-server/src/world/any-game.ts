import type { Components, Game, InputFields } from "@ows/game";

/** The game without its own types: the runtime calls its handlers with what its declarations say, whatever they are. */
export function anyGame<C extends Components, I extends InputFields>(game: Game<C, I>): Game {
  return game as Game;
}
