import type { Mesh } from "../api.ts";
import { count, formatAge } from "../format.ts";
import { ServerName } from "./server-name.tsx";

type Loss = Mesh["losses"][number];

/** Servers that died: what they had, and who has it now. Nothing when none did. */
export function LossList({ losses }: { readonly losses: readonly Loss[] }) {
  if (losses.length === 0) return null;
  return (
    <ul className="losses">
      {losses.map((loss) => (
        <li key={loss.zoneInstanceId}>
          <p>
            <ServerName id={loss.zoneInstanceId} />{" "}
            <b data-tone="bad">
              lost {formatAge(loss.ageMs)} ago
              {howItEnded(loss)}
            </b>
          </p>
          <p>It had {hadWords(loss)}.</p>
          <p>
            Its ground {loss.ground.length === 0 ? "waits for new owners." : "went to "}
            {loss.ground.map(({ to, squareMeters }) => (
              <Share key={to} to={to} text={`${Math.round(squareMeters).toLocaleString("en")} m²`} />
            ))}
          </p>
          <p>
            {loss.entities.length === 0 ? "None of its entities went on from a copy" : "From copies went on "}
            {loss.entities.map(({ to, count: number }) => (
              <Share key={to} to={to} text={count(number, "entity", "entities")} />
            ))}
            <small> Players without a copy come back as they were saved last; creatures without one are gone.</small>
          </p>
        </li>
      ))}
    </ul>
  );
}

function Share({ to, text }: { readonly to: number; readonly text: string }) {
  return (
    <span className="share">
      <ServerName id={to} /> {text}
    </span>
  );
}

/** The launcher's sentence names the server first, which stands there already, and a log file of its machine. */
function howItEnded({ reason }: Loss): string {
  const by = /was ended by \S+|ended with \S+/.exec(reason)?.[0];
  return by === undefined ? "" : `, ${by}`;
}

function hadWords({ players, entitiesBefore }: Loss): string {
  const had = count(players, "player", "players");
  return entitiesBefore === null ? had : `${had} among ${count(entitiesBefore, "entity", "entities")}`;
}
