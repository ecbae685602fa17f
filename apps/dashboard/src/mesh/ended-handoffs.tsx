import type { EndedHandoff } from "../api.ts";
import { formatAge } from "../format.ts";
import { keysOf } from "./find-handoffs.ts";
import { Way } from "./server-name.tsx";
import { outcomeWords } from "./words.ts";

type EndedHandoffsProps = {
  readonly handoffs: readonly EndedHandoff[];
  readonly isFiltered: boolean;
  readonly onChoose: (entityId: number) => void;
};

export function EndedHandoffs({ handoffs, isFiltered, onChoose }: EndedHandoffsProps) {
  if (handoffs.length === 0) {
    return <p className="empty">{isFiltered ? "None of the last ones is like that." : "None has ended yet."}</p>;
  }
  const keys = keysOf(handoffs);
  return (
    <div className="scroll">
      <table className="mesh">
        <thead>
          <tr>
            <th>Who</th>
            <th>Way</th>
            <th>Outcome</th>
            <th className="number closer" title="From the question to the target's answer, in milliseconds">
              Prepare
            </th>
            <th
              className="number closer"
              title="From then until the client's link to the target stood, in milliseconds"
            >
              Client
            </th>
            <th className="number closer" title="From the commit to the target's answer, in milliseconds">
              Commit
            </th>
            <th className="number">Ago</th>
          </tr>
        </thead>
        <tbody>
          {handoffs.map((handoff, index) => (
            <Row key={keys[index]} {...{ handoff, onChoose }} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = Pick<EndedHandoffsProps, "onChoose"> & { readonly handoff: EndedHandoff };

function Row({ handoff, onChoose }: RowProps) {
  const { characterName, from, to, outcome, ageMs } = handoff;
  return (
    <tr>
      <Who {...handoff} onChoose={onChoose} />
      <td>
        <Way from={from} to={to} />
      </td>
      <td className="reason-cell">
        <span className="state" data-tone={outcome === "done" ? "good" : "quiet"}>
          {outcomeWords(outcome)}
        </span>
      </td>
      <td className="number closer">{formatPhase(handoff.prepareMs)}</td>
      <td className="number closer">{characterName === "" ? "–" : formatPhase(handoff.warmMs)}</td>
      <td className="number closer">{formatPhase(handoff.commitMs)}</td>
      <td className="number">{formatAge(ageMs)}</td>
    </tr>
  );
}

type WhoProps = Pick<EndedHandoff, "characterName" | "entityId" | "epoch"> & Pick<EndedHandoffsProps, "onChoose">;

export function Who({ characterName, entityId, epoch, onChoose }: WhoProps) {
  return (
    <th scope="row" title={`entity ${entityId}, epoch ${epoch}`}>
      <button type="button" className="plain" onClick={() => onChoose(entityId)}>
        {characterName === "" ? <span className="id">entity {entityId}</span> : characterName}
      </button>
    </th>
  );
}

/** A phase that did not happen took no time at all. */
function formatPhase(ms: number): string {
  return ms === 0 ? "–" : `${ms.toFixed(1)} ms`;
}
