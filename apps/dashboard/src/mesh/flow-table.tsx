import type { Mesh } from "../api.ts";
import { ServerName } from "./server-name.tsx";

/** How many entities went from whom to whom; nothing before the first one did. */
export function FlowTable({ flows }: { readonly flows: Mesh["flows"] }) {
  const done = flows.filter(({ outcome }) => outcome === "done");
  if (done.length === 0) return null;
  const ids = [...new Set(done.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const moved = (from: number, to: number) => done.find((flow) => flow.from === from && flow.to === to)?.count;
  return (
    <div className="scroll">
      <table className="mesh">
        <thead>
          <tr>
            <th>Moved from \ to</th>
            {ids.map((to) => (
              <th key={to} className="number">
                <ServerName id={to} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ids.map((from) => (
            <tr key={from}>
              <th scope="row">
                <ServerName id={from} />
              </th>
              {ids.map((to) => (
                <td key={to} className="number">
                  {from === to ? "" : (moved(from, to)?.toLocaleString("en") ?? "–")}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
