import type { OpenHandoff } from "../api.ts";
import { formatFigure } from "../format.ts";
import { Who } from "./ended-handoffs.tsx";
import { Way } from "./server-name.tsx";
import { waitWords } from "./words.ts";

type OpenHandoffsProps = {
  readonly handoffs: readonly OpenHandoff[];
  readonly isFiltered: boolean;
  readonly onChoose: (entityId: number) => void;
};

export function OpenHandoffs({ handoffs, isFiltered, onChoose }: OpenHandoffsProps) {
  if (handoffs.length === 0) {
    return <p className="empty">{isFiltered ? "None like that is under way." : "None: nobody is near a border."}</p>;
  }
  return (
    <div className="scroll low">
      <table className="mesh">
        <thead>
          <tr>
            <th>Who</th>
            <th>Way</th>
            <th className="closer">Phase</th>
            <th>Waits for</th>
            <th className="number">Since</th>
          </tr>
        </thead>
        <tbody>
          {handoffs.map((handoff) => (
            <tr key={`${handoff.entityId} ${handoff.from}`}>
              <Who {...handoff} onChoose={onChoose} />
              <td>
                <Way from={handoff.from} to={handoff.to} />
              </td>
              <td className="closer">
                <span className="state" data-tone="busy">
                  {handoff.phase}
                </span>
              </td>
              <td className="reason-cell">{waitWords(handoff.phase, handoff.waitsFor)}</td>
              <td className="number">{formatFigure(handoff.ageMs / 1000, "s", 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
