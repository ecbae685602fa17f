import type { Mesh } from "../api.ts";
import { ServerName } from "./server-name.tsx";

export function ServerTable({ mesh }: { readonly mesh: Mesh }) {
  return (
    <table className="mesh">
      <thead>
        <tr>
          <th>Server</th>
          <th className="number">Players</th>
          <th className="number">Entities</th>
          <th className="number" title="Copies of what others own">
            Ghosts
          </th>
          <th className="number" title="Entities that it gave to others">
            Gave away
          </th>
          <th className="number closer" title="Entities that were about to go and stayed">
            Stayed
          </th>
          <th className="number closer" title="Silent connections of clients that may come">
            Warm links
          </th>
        </tr>
      </thead>
      <tbody>
        {mesh.servers.map((server) => (
          <tr key={server.zoneInstanceId}>
            <th scope="row">
              <ServerName id={server.zoneInstanceId} />
              <Problem text={problemOf(mesh, server)} />
            </th>
            <td className="number">{server.players}</td>
            <td className="number">{server.entities}</td>
            <td className="number">{server.ghosts}</td>
            <td className="number">{server.handedOff}</td>
            <td className="number closer">{server.stayed}</td>
            <td className="number closer">{server.idleClients}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Problem({ text }: { readonly text: string }) {
  return text === "" ? null : (
    <span className="state" data-tone="bad">
      {text}
    </span>
  );
}

function problemOf({ version }: Mesh, server: Mesh["servers"][number]): string {
  if (server.problem !== "") return server.problem;
  if (!server.isLinked) return "no link to the coordinator";
  return server.partitionVersion === version ? "" : `still on partition ${server.partitionVersion}`;
}
