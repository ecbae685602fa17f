/** The sheet has `--server-0` and on. */
export const SERVER_COLOURS = 8;

/** A server keeps its colour whoever else comes and goes; those that start together have consecutive ids. */
export function serverColour(zoneInstanceId: number): number {
  return (zoneInstanceId - 1 + SERVER_COLOURS) % SERVER_COLOURS;
}
