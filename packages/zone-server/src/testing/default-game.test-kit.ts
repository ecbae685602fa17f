import { meadow } from "./meadow-game.test-kit.ts";

/** The test game as a module that a zone server process loads. */
export default meadow;
