/** Colours that servers get in order of their ids; the sheet has `--server-0` and on. */
export const SERVER_COLOURS = 6;

/** Which colour each server has. */
export function serverColours(areas: readonly { readonly zoneInstanceId: number }[]): ReadonlyMap<number, number> {
  const ids = [...new Set(areas.map(({ zoneInstanceId }) => zoneInstanceId))].sort((a, b) => a - b);
  return new Map(ids.map((id, index) => [id, index % SERVER_COLOURS]));
}
