/** What the command line of a zone server says. */
export type ZoneArguments = { readonly mapName: string; readonly port: number; readonly zoneInstanceId: number };

export class ZoneArgumentsError extends Error {
  override readonly name = "ZoneArgumentsError";
}

/**
 * Reads the command line that OWS launchers give to Unreal servers:
 * `<MapName>?listen -server [-log] [-nosteam] -port=<p> -zoneinstanceid=<id>`. Names are read without regard to case;
 * options of the engine that mean nothing here are passed over.
 */
export function parseZoneArguments(argv: readonly string[]): ZoneArguments {
  const [map] = argv.filter((argument) => !argument.startsWith("-"));
  const mapName = map?.split("?")[0] ?? "";
  if (mapName === "") throw new ZoneArgumentsError("expected a map first, such as Meadow?listen");
  return { mapName, port: numberOf(argv, "port", 1, 65_535), zoneInstanceId: numberOf(argv, "zoneinstanceid", 1) };
}

function numberOf(argv: readonly string[], name: string, least: number, most = 2 ** 31 - 1): number {
  const prefix = `-${name}=`;
  const given = argv.find((argument) => argument.toLowerCase().startsWith(prefix))?.slice(prefix.length);
  if (given === undefined) throw new ZoneArgumentsError(`expected ${prefix}<number>`);
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw new ZoneArgumentsError(`${prefix}${given}: expected a whole number from ${least} to ${most}`);
}
