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
  /** How many zone servers share the ground of the home zone; 1: it is not meshed. */
  readonly servers: number;
  /** Every entity is handed to another server each second. */
  readonly storm: boolean;
};

const DEFAULT_BOTS = 40;
const MOST_BOTS = 2000;
const DEFAULT_SERVERS = 2;
const MOST_SERVERS = 16;
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
  const storm = line.flags.storm ?? false;
  const servers = integerOption(line, "servers", 1, MOST_SERVERS) ?? DEFAULT_SERVERS;
  if (storm && servers === 1)
    throw new UsageError("--storm hands entities from server to server and needs --servers 2 or more");
  return {
    portBase: integerOption(line, "port-base", 1024, HIGHEST_BASE),
    dataDir: resolve(io.cwd, line.texts["data-dir"] ?? given(io, "OWS_DATA_DIR") ?? ".ows"),
    bots: bots ?? (game === undefined ? DEFAULT_BOTS : 0),
    game,
    customerGuid: customerOf(io),
    buildPages: !(line.flags["no-pages"] ?? false),
    servers,
    storm,
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
