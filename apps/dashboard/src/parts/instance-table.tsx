import type { Instance } from "../api.ts";
import { formatAge, formatFigure } from "../format.ts";
import { toneOfState } from "../tone.ts";
import { Card } from "./card.tsx";

type InstanceTableProps = {
  readonly instances: readonly Instance[];
  readonly selected: number | undefined;
  readonly onSelect: (zoneInstanceId: number) => void;
};

export function InstanceTable({ instances, selected, onSelect }: InstanceTableProps) {
  return (
    <Card title="Zone instances" note="one row is one zone server process">
      {instances.length === 0 ? (
        <p className="empty">None runs. One starts when the first player joins a zone.</p>
      ) : (
        <table className="instances">
          <thead>
            <tr>
              <th>Zone</th>
              <th>State</th>
              <th className="number">Players</th>
              <th className="number">Tick p99</th>
              <th className="number">CPU</th>
              <th className="number">Age</th>
              <th className="number">Port</th>
              <th className="number">Process</th>
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <Row
                key={instance.zoneInstanceId}
                instance={instance}
                isSelected={instance.zoneInstanceId === selected}
                onSelect={() => onSelect(instance.zoneInstanceId)}
              />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}

type RowProps = { readonly instance: Instance; readonly isSelected: boolean; readonly onSelect: () => void };

function Row({ instance, isSelected, onSelect }: RowProps) {
  const { server } = instance;
  const budgetMs = server === null || server.tickHz === 0 ? Number.POSITIVE_INFINITY : 1000 / server.tickHz;
  const isSlow = (server?.tickP99Ms ?? 0) > budgetMs;
  return (
    <tr aria-selected={isSelected} onClick={onSelect}>
      <th scope="row">
        <button type="button" aria-pressed={isSelected}>
          {instance.zoneName} <span className="id">#{instance.zoneInstanceId}</span>
        </button>
      </th>
      <td data-label="State">
        <span className="state" data-tone={instance.problem === "" ? toneOfState(instance.state) : "bad"}>
          {instance.state}
        </span>
        <Reason instance={instance} />
      </td>
      <td data-label="Players" className="number">
        <Players instance={instance} />
      </td>
      <td data-label="Tick p99" className="number" data-tone={isSlow ? "bad" : undefined}>
        {formatFigure(server?.tickP99Ms, "ms", 1)}
      </td>
      <td data-label="CPU" className="number">
        {formatFigure(server?.cpuPercent, "%")}
      </td>
      <td data-label="Age" className="number">
        {formatAge(instance.ageMs)}
      </td>
      <td data-label="Port" className="number">
        {instance.port === 0 ? "–" : instance.port}
      </td>
      <td data-label="Process" className="number">
        {server?.pid ?? "–"}
      </td>
    </tr>
  );
}

function Reason({ instance }: { readonly instance: Instance }) {
  const reason = instance.problem === "" ? instance.reason : `zone server: ${instance.problem}`;
  // The reason of a ready one only says that it runs.
  return reason === "" || (instance.state === "ready" && instance.problem === "") ? null : (
    <span className="reason">{reason}</span>
  );
}

/** Players against the caps, with a bar up to the hard cap and a mark at the soft one. */
function Players({ instance }: { readonly instance: Instance }) {
  const { players, reserved, softPlayerCap, hardPlayerCap } = instance;
  const title = `${players} playing, ${reserved} on their way; new players go elsewhere from ${softPlayerCap}, nobody gets in above ${hardPlayerCap}`;
  return (
    <span className="players" title={title}>
      {players}
      <small> / {softPlayerCap}</small>
      <meter min={0} max={Math.max(1, hardPlayerCap)} high={softPlayerCap} value={players + reserved} />
    </span>
  );
}
