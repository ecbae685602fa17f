/**
 * Writes a UTC time the way .NET writes an unzoned DateTime, `2024-03-05T10:11:12.123`, with no fraction when it is
 * zero. Never more than three fraction digits: Unreal's parser refuses the whole structure otherwise.
 */
export function dotnetDate(wallMs: number): string {
  const iso = new Date(wallMs).toISOString();
  return iso.endsWith(".000Z") ? iso.slice(0, -5) : iso.slice(0, -1).replace(/0+$/, "");
}

/** .NET's `default(DateTime)`, which stands for "never" in members that can't be null. */
export const DEFAULT_DATE = "0001-01-01T00:00:00";
