import { useState } from "react";
import type { Overview, Player } from "../api.ts";
import { count, formatAge } from "../format.ts";
import { Card } from "./card.tsx";

type PlayerListProps = {
  readonly players: readonly Player[];
  readonly pendingJoins: Overview["pendingJoins"];
  /** Show it on the map. */
  readonly onChoose: (player: Player) => void;
};

const MOST_SHOWN = 200;

export function PlayerList({ players, pendingJoins, onChoose }: PlayerListProps) {
  const [wanted, setWanted] = useState("");
  const found = players
    .filter((player) => player.characterName.toLowerCase().includes(wanted.toLowerCase()))
    .sort((a, b) => a.characterName.localeCompare(b.characterName, undefined, { numeric: true }));
  return (
    <Card title="Players" note={found.length > MOST_SHOWN ? `the first ${MOST_SHOWN} of ${found.length}` : undefined}>
      {pendingJoins.map((join) => (
        <p className="pending" key={join.characterName}>
          {join.characterName} waits for {join.zoneName}, {formatAge(join.waitingMs)}
        </p>
      ))}
      {players.length > 8 ? (
        <input
          type="search"
          aria-label="Find a player"
          placeholder={`Find among ${count(players.length, "player", "players")}`}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      ) : null}
      {players.length === 0 ? <p className="empty">Nobody is in the world.</p> : null}
      <ul className="people">
        {found.slice(0, MOST_SHOWN).map((player) => (
          <li key={`${player.zoneInstanceId} ${player.characterName}`} data-tone={player.isConnected ? "good" : "busy"}>
            <button type="button" className="plain" title="Show on the map" onClick={() => onChoose(player)}>
              {player.characterName}
            </button>
            <small>
              {player.zoneName} #{player.zoneInstanceId}
              {player.isConnected ? "" : ", reconnecting"}
            </small>
          </li>
        ))}
      </ul>
    </Card>
  );
}
