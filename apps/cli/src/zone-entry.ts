import { fileURLToPath } from "node:url";

/** What a launcher lets Node run as zone server: this program, with `zone` as its first argument. */
export const ZONE_ENTRY = fileURLToPath(new URL("./main.ts", import.meta.url));
/** The game that zone servers run when nobody names another. */
export const DEMO_GAME = fileURLToPath(new URL("../../demo/src/game.ts", import.meta.url));
