import type { LiveMap } from "../api.ts";
import { serverColour } from "../mesh/server-colours.ts";
import { legendOf } from "./legend.ts";

/** What is what; on shared ground each server is a button that shows the ghosts it has. */
export function MapLegend({ map, onServer }: { readonly map: LiveMap; readonly onServer: (id: number) => void }) {
  const isShared = map.areas.length > 0;
  const servers = [...new Set(map.areas.map(({ zoneInstanceId }) => zoneInstanceId))].sort((a, b) => a - b);
  const orphans = map.ghosts.filter(({ owner }) => isShared && !servers.includes(owner)).length;
  return (
    <>
      <ul className="legend">
        {legendOf(map).map(({ name, colour, number }, index) => (
          <li
            key={name}
            className={index === 0 ? "large" : "small"}
            style={{ color: isShared ? "var(--soft)" : `var(--class-${colour})` }}
          >
            <span>{name}</span> <small>{number}</small>
          </li>
        ))}
        {map.ghosts.length === 0 ? null : (
          <li className="ring" style={{ color: "var(--soft)" }}>
            <span>Ghosts of #{map.zoneInstanceId}</span> <small>{map.ghosts.length}</small>
          </li>
        )}
        {orphans === 0 ? null : (
          <li className="ring" data-tone="bad">
            <span>Ghosts of the dead</span> <small>{orphans}</small>
          </li>
        )}
      </ul>
      {isShared ? (
        <p className="grounds">
          {servers.map((server) => (
            <button
              key={server}
              type="button"
              aria-pressed={server === map.zoneInstanceId}
              title={`Shows the ghosts that #${server} has`}
              style={{ borderColor: `var(--server-${serverColour(server)})` }}
              onClick={() => onServer(server)}
            >
              #{server} <small>{map.entities.filter((entity) => entity.zoneInstanceId === server).length}</small>
            </button>
          ))}
        </p>
      ) : null}
    </>
  );
}
