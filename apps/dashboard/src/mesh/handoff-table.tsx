import type { Mesh } from "../api.ts";
import { count, formatAge } from "../format.ts";
import { Card } from "../parts/card.tsx";
import { ServerName } from "./mesh-cards.tsx";

type Handoff = Mesh["handoffs"][number];

export function HandoffTable({ mesh }: { readonly mesh: Mesh }) {
  const { handoffs } = mesh;
  const open = handoffs.filter(({ phase }) => phase !== "ended").length;
  const note = `${count(open, "one under way", "under way")}, the last ${handoffs.length - open}`;
  return (
    <Card title={`Handoffs in ${mesh.zoneName}`} note={handoffs.length === 0 ? undefined : note}>
      {handoffs.length === 0 ? (
        <p className="empty">None yet. One happens when somebody walks over a border.</p>
      ) : (
        <div className="scroll">
          <table className="mesh">
            <thead>
              <tr>
                <th>Who</th>
                <th>Way</th>
                <th>Outcome</th>
                <th className="number" title="From the question to the target's answer">
                  Prepare
                </th>
                <th className="number" title="From then until the client's link to the target stood">
                  Client
                </th>
                <th className="number" title="From the commit to the target's answer">
                  Commit
                </th>
                <th className="number">Ago</th>
              </tr>
            </thead>
            <tbody>
              {handoffs.map((handoff) => (
                <Row
                  key={`${handoff.entityId} ${handoff.epoch} ${handoff.phase} ${handoff.ageMs}`}
                  {...{ mesh, handoff }}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Row({ mesh, handoff }: { readonly mesh: Mesh; readonly handoff: Handoff }) {
  const { characterName, entityId, from, to, epoch, ageMs } = handoff;
  return (
    <tr>
      <th scope="row" title={`epoch ${epoch}`}>
        {characterName === "" ? <span className="id">entity {entityId}</span> : characterName}
      </th>
      <td data-label="Way">
        <ServerName mesh={mesh} id={from} /> → <ServerName mesh={mesh} id={to} />
      </td>
      <td data-label="Outcome" className="outcome">
        <Outcome handoff={handoff} />
      </td>
      <td data-label="Prepare" className="number">
        {formatPhase(handoff.prepareMs)}
      </td>
      <td data-label="Client" className="number">
        {characterName === "" ? "–" : formatPhase(handoff.warmMs)}
      </td>
      <td data-label="Commit" className="number">
        {formatPhase(handoff.commitMs)}
      </td>
      <td data-label="Ago" className="number">
        {ageMs === null ? "now" : formatAge(ageMs)}
      </td>
    </tr>
  );
}

function Outcome({ handoff: { phase, outcome, waitsFor } }: { readonly handoff: Handoff }) {
  if (phase !== "ended") {
    return (
      <span className="state" data-tone="busy">
        {phase}
        {waitsFor === "" ? "" : `, waits for ${waitsFor}`}
      </span>
    );
  }
  return (
    <span className="state" data-tone={outcome === "done" ? "good" : "quiet"}>
      {outcome}
    </span>
  );
}

/** A phase that did not happen took no time at all. */
function formatPhase(ms: number): string {
  return ms === 0 ? "–" : `${ms.toFixed(1)} ms`;
}
