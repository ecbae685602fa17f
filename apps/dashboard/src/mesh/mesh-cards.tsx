import { fetchMeshes, type Mesh } from "../api.ts";
import { count, formatBytes, formatFigure } from "../format.ts";
import { Card } from "../parts/card.tsx";
import { useHistory } from "../use-history.ts";
import { usePoll } from "../use-poll.ts";
import { HandoffTable } from "./handoff-table.tsx";
import { serverColours } from "./server-colours.ts";

const EVERY_MS = 1000;

/** One card with servers and links, and one with handoffs, for each zone that is on several servers. */
export function MeshCards() {
  const { data, atMs } = usePoll("meshes", fetchMeshes, EVERY_MS);
  const before = useHistory(data, atMs);
  return (data?.meshes ?? []).map((mesh) => (
    <div key={mesh.meshInstanceId} className="stack">
      <MeshCard mesh={mesh} before={find(before?.data.meshes, mesh)} seconds={(atMs - (before?.atMs ?? atMs)) / 1000} />
      <HandoffTable mesh={mesh} />
    </div>
  ));
}

function find(meshes: readonly Mesh[] | undefined, { meshInstanceId }: Mesh): Mesh | undefined {
  return meshes?.find((mesh) => mesh.meshInstanceId === meshInstanceId);
}

type MeshCardProps = { readonly mesh: Mesh; readonly before: Mesh | undefined; readonly seconds: number };

function MeshCard({ mesh, before, seconds }: MeshCardProps) {
  const note = mesh.isSettling
    ? `partition ${mesh.version}, term ${mesh.term}: settling what a dead server left`
    : `partition ${mesh.version}, term ${mesh.term}, ${count(mesh.areas.length, "cell", "cells")}`;
  return (
    <Card title={`${mesh.zoneName} on ${count(mesh.servers.length, "server", "servers")}`} note={note}>
      <table className="mesh">
        <thead>
          <tr>
            <th>Server</th>
            <th className="number">Players</th>
            <th className="number">Entities</th>
            <th className="number">Ghosts</th>
            <th className="number">Handed off</th>
            <th className="number">Stayed</th>
            <th className="number">Silent clients</th>
          </tr>
        </thead>
        <tbody>
          {mesh.servers.map((server) => (
            <tr key={server.zoneInstanceId}>
              <th scope="row">
                <ServerName mesh={mesh} id={server.zoneInstanceId} />
                <ServerProblem mesh={mesh} server={server} />
              </th>
              <td data-label="Players" className="number">
                {server.players}
              </td>
              <td data-label="Entities" className="number">
                {server.entities}
              </td>
              <td data-label="Ghosts" className="number">
                {server.ghosts}
              </td>
              <td data-label="Handed off" className="number">
                {server.handedOff}
              </td>
              <td data-label="Stayed" className="number">
                {server.stayed}
              </td>
              <td data-label="Silent clients" className="number">
                {server.idleClients}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Links mesh={mesh} before={before} seconds={seconds} />
    </Card>
  );
}

function ServerProblem({ mesh, server }: { readonly mesh: Mesh; readonly server: Mesh["servers"][number] }) {
  const problem = problemOf(mesh, server);
  return problem === "" ? null : <span className="reason"> {problem}</span>;
}

function problemOf({ version }: Mesh, server: Mesh["servers"][number]): string {
  if (server.problem !== "") return server.problem;
  if (!server.isLinked) return "no link to the coordinator";
  return server.partitionVersion === version ? "" : `still on partition ${server.partitionVersion}`;
}

/** A link is shown once for each direction: what its sender says of it. */
function Links({ mesh, before, seconds }: MeshCardProps) {
  if (mesh.links.length === 0) return null;
  return (
    <table className="mesh">
      <thead>
        <tr>
          <th>Link</th>
          <th>State</th>
          <th className="number">Round trip</th>
          <th className="number">Ghost bytes</th>
          <th className="number">Messages</th>
          <th className="number">Unsent</th>
        </tr>
      </thead>
      <tbody>
        {mesh.links.map((link) => {
          const last = before?.links.find(({ from, to }) => from === link.from && to === link.to);
          return (
            <tr key={`${link.from}-${link.to}`}>
              <th scope="row">
                <ServerName mesh={mesh} id={link.from} /> → <ServerName mesh={mesh} id={link.to} />
              </th>
              <td data-label="State">
                <span className="state" data-tone={link.isUp ? "good" : "bad"}>
                  {link.isUp ? "up" : "down"}
                </span>
              </td>
              <td data-label="Round trip" className="number">
                {formatFigure(link.roundTripMs, "ms", 2)}
              </td>
              <td data-label="Ghost bytes" className="number">
                {formatRate(link.bulkBytesOut, last?.bulkBytesOut, seconds, formatBytes)}
              </td>
              <td data-label="Messages" className="number">
                {formatRate(link.messagesOut, last?.messagesOut, seconds, (rate) => rate.toFixed(0))}
              </td>
              <td data-label="Unsent" className="number">
                {formatBytes(link.unsentBytes)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** From two readings of a counter; one that began anew has no rate yet. */
function formatRate(
  now: number,
  before: number | undefined,
  seconds: number,
  format: (rate: number) => string,
): string {
  if (before === undefined || seconds <= 0 || now < before) return "–";
  return `${format((now - before) / seconds)}/s`;
}

export function ServerName({ mesh, id }: { readonly mesh: Pick<Mesh, "areas">; readonly id: number }) {
  const colour = serverColours(mesh.areas).get(id);
  return (
    <span className="server" style={colour === undefined ? {} : { borderLeftColor: `var(--server-${colour})` }}>
      #{id}
    </span>
  );
}
