import { useState } from "react";
import type { LiveMap, MapEntity, Mesh } from "../api.ts";
import { formatAge } from "../format.ts";
import { ServerName, Way } from "../mesh/server-name.tsx";
import { outcomeWords, stayWords } from "../mesh/words.ts";
import { nearestBorder } from "./borders.ts";

const HANDOFFS_SHOWN = 3;

type EntityDetailsProps = {
  readonly id: number;
  readonly map: LiveMap;
  readonly mesh: Mesh | undefined;
  readonly onHandoffs: (entity: string) => void;
  readonly onClose: () => void;
};

/** Where an entity belongs, why it has not moved, who has ghosts of it, and what became of its last handoffs. */
export function EntityDetails({ id, map, mesh, onHandoffs, onClose }: EntityDetailsProps) {
  const found = map.entities.find((entity) => entity.id === id);
  const [last, setLast] = useState(found);
  if (found !== undefined && found !== last) setLast(found);
  const entity = found ?? last;
  if (entity === undefined) return null;
  const handoffs = mesh?.handoffs.filter(({ entityId }) => entityId === id) ?? [];
  return (
    <section className="entity" aria-label="The chosen entity">
      <h3>
        {entity.name === "" ? entity.className : entity.name}{" "}
        <small>
          {entity.name === "" ? "" : `${entity.className}, `}entity {id}
        </small>
        <button type="button" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </h3>
      {found === undefined ? <p data-tone="bad">It is not seen any more. This was so last:</p> : null}
      <dl>
        <dt>Owner</dt>
        <dd>
          <ServerName id={entity.zoneInstanceId} />
          {entity.name === "" || entity.isConnected ? "" : ", its player is away"}
        </dd>
        <dt>Stands</dt>
        <dd>
          at {entity.x.toFixed(1)}, {entity.y.toFixed(1)} {groundWords(map.areas, entity)}
        </dd>
        {map.areas.length === 0 ? null : (
          <>
            <dt>Goes</dt>
            <dd className="why">{entity.stay === null ? "Nothing calls it elsewhere." : stayWords(entity.stay)}</dd>
            <dt>Ghosts</dt>
            <dd>
              {entity.ghostAt.length === 0 ? "nobody else has a copy" : null}
              {entity.ghostAt.map((server) => (
                <ServerName key={server} id={server} />
              ))}
            </dd>
            <dt>Handoffs</dt>
            <dd>
              {handoffs.length === 0 ? "none among the last" : null}
              {handoffs.slice(0, HANDOFFS_SHOWN).map((handoff) => (
                <p key={`${handoff.epoch} ${handoff.from} ${handoff.to} ${handoff.outcome} ${handoff.prepareMs}`}>
                  <Way from={handoff.from} to={handoff.to} /> {outcomeWords(handoff.outcome)},{" "}
                  {formatAge(handoff.ageMs)} ago
                </p>
              ))}
              <button type="button" className="link" onClick={() => onHandoffs(entity.name || String(id))}>
                Find its handoffs
              </button>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function groundWords(areas: LiveMap["areas"], { x, y, zoneInstanceId }: MapEntity): string {
  const border = nearestBorder(areas, zoneInstanceId, { x, y });
  if (border === undefined) return "";
  if (border.metres > 0) return `on its owner's ground, ${border.metres.toFixed(1)} m from that of #${border.server}`;
  const home = areas.filter((area) => area.zoneInstanceId === zoneInstanceId);
  const back = nearestBorder(home, border.server, { x, y });
  return back === undefined
    ? `on ground of #${border.server}; its owner has none`
    : `on ground of #${border.server}, ${back.metres.toFixed(1)} m beyond its owner's`;
}
