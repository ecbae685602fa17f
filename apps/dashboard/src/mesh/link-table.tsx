import type { Mesh } from "../api.ts";
import { formatBytes, formatFigure } from "../format.ts";
import { pairsOf } from "./link-pairs.ts";
import { ServerName } from "./server-name.tsx";

type Link = Mesh["links"][number];

type LinkTableProps = {
  readonly links: readonly Link[];
  readonly before: readonly Link[];
  readonly seconds: number;
};

/** One row for each pair of servers: there and back. */
export function LinkTable({ links, before, seconds }: LinkTableProps) {
  if (links.length === 0) return <p className="empty">No links: one server has all the ground.</p>;
  const rate = (link: Link | undefined, read: (link: Link) => number, format: (rate: number) => string) => {
    const last = link && before.find(({ from, to }) => from === link.from && to === link.to);
    return link && last ? formatRate(read(link) - read(last), seconds, format) : "–";
  };
  const bytes = (link: Link | undefined) => rate(link, ({ bulkBytesOut }) => bulkBytesOut, formatBytes);
  const messages = (link: Link | undefined) =>
    rate(
      link,
      ({ messagesOut }) => messagesOut,
      (each) => each.toFixed(0),
    );
  return (
    <div className="scroll">
      <table className="mesh">
        <thead>
          <tr>
            <th>Link</th>
            <th>State</th>
            <th className="number">Round trip</th>
            <th className="number">Ghost bytes/s</th>
            <th className="number closer">Messages/s</th>
            <th className="number closer">Unsent</th>
          </tr>
        </thead>
        <tbody>
          {pairsOf(links).map(({ low, high, there, back, isUp, kind }) => (
            <tr key={`${low}-${high}`}>
              <th scope="row" className="way">
                <ServerName id={low} /> ↔ <ServerName id={high} />
              </th>
              <td>
                <span className="state" data-tone={isUp ? "good" : "bad"}>
                  {isUp ? "up" : "down"}
                </span>{" "}
                <small>{kind}</small>
              </td>
              <td className="number">{formatFigure(there?.roundTripMs ?? back?.roundTripMs, "ms", 2)}</td>
              <td className="number">
                {bytes(there)} · {bytes(back)}
              </td>
              <td className="number closer">
                {messages(there)} · {messages(back)}
              </td>
              <td className="number closer">{formatBytes((there?.unsentBytes ?? 0) + (back?.unsentBytes ?? 0))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A counter that began anew has no rate yet. */
function formatRate(difference: number, seconds: number, format: (rate: number) => string): string {
  return seconds <= 0 || difference < 0 ? "–" : format(difference / seconds);
}
