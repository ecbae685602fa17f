import { parse } from "@ows/service-kit";

export interface MeshedZone {
  readonly zoneName: string;
  readonly servers: number;
}

/** As many as one coordinator has been tried with. */
const MOST_SERVERS = 64;

/** Reads `Meadow:2,Forest:4`: names of zones with the number of servers that share each. */
export function parseMeshedZones(text: string): readonly MeshedZone[] {
  const zones = text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
  return zones.map((item) => {
    const [, zoneName, count] = /^(.+):(\d{1,3})$/.exec(item) ?? [];
    const servers = Number(count);
    if (zoneName !== undefined && servers >= 1 && servers <= MOST_SERVERS)
      return { zoneName: zoneName.trim(), servers };
    throw new parse.InvalidSetting(`expected zone:servers with 1 to ${MOST_SERVERS} servers, got "${item}"`);
  });
}
