import type { Mesh } from "../api.ts";
import { count } from "../format.ts";
import { Card } from "../parts/card.tsx";
import { EndedHandoffs } from "./ended-handoffs.tsx";
import { findHandoffs } from "./find-handoffs.ts";
import { OpenHandoffs } from "./open-handoffs.tsx";
import { outcomeWords } from "./words.ts";

type HandoffCardProps = {
  readonly mesh: Mesh;
  readonly wanted: string;
  readonly onWanted: (line: string) => void;
  /** Show this entity on the map. */
  readonly onChoose: (entityId: number) => void;
};

/** Handoffs under way and those that ended, each found by a line of words. */
export function HandoffCard({ mesh, wanted, onWanted, onChoose }: HandoffCardProps) {
  const { openHandoffs, openHandoffCount, handoffs } = mesh;
  const open = findHandoffs(openHandoffs, wanted);
  const ended = findHandoffs(handoffs, wanted);
  const isEmpty = openHandoffs.length === 0 && handoffs.length === 0;
  return (
    <Card title={`Handoffs in ${mesh.zoneName}`}>
      {isEmpty ? (
        <p className="empty">
          {mesh.servers.length === 1
            ? "None: one server has all the ground."
            : "None yet. One happens when somebody walks over a border."}
        </p>
      ) : (
        <>
          <Outcomes flows={mesh.flows} wanted={wanted} onWanted={onWanted} />
          <input
            type="search"
            aria-label="Find handoffs"
            placeholder="Find by player, entity, #server, reason"
            value={wanted}
            onChange={(event) => onWanted(event.currentTarget.value)}
          />
          <h3>
            Under way{" "}
            <small>{noteOf(open.length, openHandoffs.length, count(openHandoffCount, "handoff", "handoffs"))}</small>
          </h3>
          <OpenHandoffs handoffs={open} onChoose={onChoose} isFiltered={wanted !== ""} />
          <h3>
            Ended <small>{noteOf(ended.length, handoffs.length, `the last ${handoffs.length}`)}</small>
          </h3>
          <EndedHandoffs handoffs={ended} onChoose={onChoose} isFiltered={wanted !== ""} />
        </>
      )}
    </Card>
  );
}

function noteOf(found: number, all: number, whole: string): string {
  return found === all ? whole : `${found} of ${whole}`;
}

type OutcomesProps = Pick<HandoffCardProps, "wanted" | "onWanted"> & { readonly flows: Mesh["flows"] };

/** What all handoffs came to since the start; a click finds the latest of a kind. */
function Outcomes({ flows, wanted, onWanted }: OutcomesProps) {
  const totals = new Map<string, number>();
  for (const { outcome, count: number } of flows) totals.set(outcome, (totals.get(outcome) ?? 0) + number);
  return (
    <p className="outcomes">
      {[...totals]
        .sort(([, a], [, b]) => b - a)
        .map(([outcome, number]) => {
          const words = outcomeWords(outcome);
          const isWanted = wanted === words;
          return (
            <button key={outcome} type="button" aria-pressed={isWanted} onClick={() => onWanted(isWanted ? "" : words)}>
              {words} <b>{number.toLocaleString("en")}</b>
            </button>
          );
        })}
    </p>
  );
}
