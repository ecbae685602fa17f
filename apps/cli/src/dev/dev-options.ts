import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isDashedGuid } from "@ows/protocol/http";
import { type CommandIo, UsageError } from "../command.ts";
import { integerOption, type ParsedLine } from "../parse-command-line.ts";

/** The customer of a development server that nobody chose another for. */
export const DEVELOPMENT_CUSTOMER = "0d0e0e0f-7e57-4a11-8b0b-0b5e55ed0001";

export type DevOptions = {
  readonly portBase: number | undefined;
  readonly dataDir: string;
  readonly bots: number;
  /** Absolute path of a game module; undefined for the demo. */
  readonly game: string | undefined;
  readonly customerGuid: string;
  readonly buildPages: boolean;
};

const DEFAULT_BOTS = 40;
const MOST_BOTS = 2000;
/** Leaves room for the zone servers' ports above. */
const HIGHEST_BASE = 65_000;

/** Reads the command line and the environment of `ows dev`. Throws `UsageError`. */
export function readDevOptions(line: ParsedLine, io: CommandIo): DevOptions {
  const bots = integerOption(line, "bots", 0, MOST_BOTS);
  const game = line.texts.game === undefined ? undefined : resolve(io.cwd, line.texts.game);
  if (game !== undefined && !existsSync(game)) throw new UsageError(`--game: there is no file ${game}`);
  if (game !== undefined && bots !== undefined && bots > 0) {
    throw new UsageError("--bots are players of the demo and can't play the game of --game; leave one of the two out");
  }
  return {
    portBase: integerOption(line, "port-base", 1024, HIGHEST_BASE),
    dataDir: resolve(io.cwd, line.texts["data-dir"] ?? given(io, "OWS_DATA_DIR") ?? ".ows"),
    bots: bots ?? (game === undefined ? DEFAULT_BOTS : 0),
    game,
    customerGuid: customerOf(io),
    buildPages: !(line.flags["no-pages"] ?? false),
  };
}

function customerOf(io: CommandIo): string {
  const guid = given(io, "OWS_CUSTOMER_GUID") ?? DEVELOPMENT_CUSTOMER;
  if (isDashedGuid(guid)) return guid.toLowerCase();
  throw new UsageError(`OWS_CUSTOMER_GUID=${guid}: expected a GUID of 36 characters`);
}

function given(io: CommandIo, name: string): string | undefined {
  const value = io.env[name]?.trim();
  return value === "" ? undefined : value;
}
