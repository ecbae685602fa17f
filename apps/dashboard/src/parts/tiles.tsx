import type { Overview } from "../api.ts";

/** The four figures that answer "is it all right, and is anybody there?" */
export function Tiles({ overview }: { readonly overview: Overview }) {
  const { services, launchers, instances, players, pendingJoins } = overview;
  const up = services.filter((service) => service.isUp).length;
  const active = launchers.filter((launcher) => launcher.isActive).length;
  const running = instances.filter((instance) => instance.state !== "gone");
  const answering = running.filter((instance) => instance.server !== null).length;
  const connected = players.filter((player) => player.isConnected).length;
  return (
    <dl className="tiles">
      <Tile
        name="Players"
        figure={players.length}
        note={playersNote(players.length - connected, pendingJoins.length)}
      />
      <Tile name="Zone instances" figure={running.length} note={`${answering} answering`} />
      <Tile
        name="Launchers"
        figure={active}
        note={active === launchers.length ? "active" : `of ${launchers.length} known`}
        isBad={active === 0}
      />
      <Tile name="Services up" figure={up} note={`of ${services.length}`} isBad={up < services.length} />
    </dl>
  );
}

function playersNote(away: number, waiting: number): string {
  const notes = [away > 0 ? `${away} reconnecting` : "", waiting > 0 ? `${waiting} joining` : ""];
  return notes.filter((note) => note !== "").join(", ") || "in the world";
}

type TileProps = { readonly name: string; readonly figure: number; readonly note: string; readonly isBad?: boolean };

function Tile({ name, figure, note, isBad = false }: TileProps) {
  return (
    <div className="tile" data-tone={isBad ? "bad" : undefined}>
      <dt>{name}</dt>
      <dd>
        <b>{figure}</b> <span>{note}</span>
      </dd>
    </div>
  );
}
