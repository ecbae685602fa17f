import type { Mesh } from "../api.ts";
import { count } from "../format.ts";
import { Card } from "../parts/card.tsx";
import { FlowTable } from "./flow-table.tsx";
import { LinkTable } from "./link-table.tsx";
import { LossList } from "./loss-list.tsx";
import { ServerTable } from "./server-table.tsx";

export type MeshCardProps = {
  readonly mesh: Mesh;
  /** The reading before, and how long ago it was, so that counters can be shown as rates. */
  readonly before: Mesh | undefined;
  readonly seconds: number;
};

/** Servers, links and flows of one zone that is on several servers. */
export function MeshCard({ mesh, before, seconds }: MeshCardProps) {
  return (
    <Card title={`${mesh.zoneName} on ${count(mesh.servers.length, "server", "servers")}`} note={noteOf(mesh)}>
      <ServerTable mesh={mesh} />
      <LossList losses={mesh.losses} />
      <LinkTable links={mesh.links} before={before?.links ?? []} seconds={seconds} />
      <FlowTable flows={mesh.flows} />
    </Card>
  );
}

function noteOf({ version, term, areas, isSettling }: Mesh): string {
  if (version === 0) return "its ground is divided once all its servers are there";
  const partition = `partition ${version}, term ${term}`;
  if (isSettling) return `${partition}: settling what a dead server left`;
  return `${partition}, ${count(areas.length, "cell", "cells")}`;
}
