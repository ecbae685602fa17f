import type { management, ResponseOf } from "@ows/protocol/http";

export type Overview = ResponseOf<typeof management.overview>;
export type LiveMap = ResponseOf<typeof management.liveMap>;
export type Instance = Overview["instances"][number];
export type Mesh = ResponseOf<typeof management.meshes>["meshes"][number];
export type OpenHandoff = Mesh["openHandoffs"][number];
export type EndedHandoff = Mesh["handoffs"][number];
export type MapEntity = LiveMap["entities"][number];
export type Player = Overview["players"][number];

const TIMEOUT_MS = 5000;

export function fetchOverview(signal: AbortSignal): Promise<Overview> {
  return getJson<Overview>("/api/Overview", signal);
}

export function fetchLiveMap(zoneInstanceId: number, signal: AbortSignal): Promise<LiveMap> {
  return getJson<LiveMap>(`/api/LiveMap/${zoneInstanceId}`, signal);
}

export function fetchMeshes(signal: AbortSignal): Promise<ResponseOf<typeof management.meshes>> {
  return getJson("/api/Meshes", signal);
}

/** Both ends come from one build, so the answer's shape is taken as it is. Rejects with a sentence for the page. */
async function getJson<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  } catch (cause) {
    throw new Error("management can't be reached", { cause });
  }
  if (!response.ok) throw new Error(await reasonOf(response));
  return (await response.json()) as Answer;
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const problem: unknown = await response.json();
    const isProblem = typeof problem === "object" && problem !== null && "detail" in problem;
    return isProblem ? String(problem.detail) : `management answers ${response.status}`;
  } catch {
    return `management answers ${response.status}`;
  }
}
