import { asNumber, list, type Members, number, optionalNumber, record, text } from "./members.ts";
import { type InspectedMesh, parseMesh } from "./mesh-inspection.ts";

/** What `GET /inspect` of a zone server tells. */
export type Inspection = {
  readonly pid: number;
  readonly tick: number;
  readonly tickHz: number;
  readonly tickP50Ms: number | null;
  readonly tickP99Ms: number | null;
  readonly cpuPercent: number | null;
  readonly memoryMiB: number | null;
  /** More than `entities` holds when there are very many. */
  readonly entityCount: number;
  /** Metres. */
  readonly bounds: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
  readonly entities: readonly InspectedEntity[];
  /** Copies of what others own. */
  readonly ghosts: readonly InspectedGhost[];
  /** Its part in a mesh instance; undefined when it has its zone for itself. */
  readonly mesh: InspectedMesh | undefined;
};

export type InspectedEntity = {
  readonly id: number;
  readonly className: string;
  /** The character's name; empty for what is no player. */
  readonly name: string;
  readonly isConnected: boolean;
  readonly x: number;
  readonly y: number;
};

export type InspectedGhost = {
  readonly id: number;
  readonly className: string;
  readonly x: number;
  readonly y: number;
  readonly owner: number;
};

/** Reads an inspection; throws `InspectionError` naming the first member that is wrong. */
export function parseInspection(value: unknown): Inspection {
  const root = record(value, "inspection");
  const bounds = record(root.bounds, "bounds");
  const tickTime = record(root.tickTime, "tickTime");
  return {
    pid: number(root, "pid"),
    tick: number(root, "tick"),
    tickHz: number(root, "tickHz"),
    tickP50Ms: optionalNumber(tickTime, "p50Ms"),
    tickP99Ms: optionalNumber(tickTime, "p99Ms"),
    cpuPercent: number(root, "cpu") * 100,
    memoryMiB: optionalNumber(root, "memoryMiB"),
    entityCount: number(root, "entityCount"),
    bounds: {
      minX: number(bounds, "minX"),
      minY: number(bounds, "minY"),
      maxX: number(bounds, "maxX"),
      maxY: number(bounds, "maxY"),
    },
    entities: parseEntities(root),
    ghosts: parseGhosts(root),
    mesh: root.mesh === undefined ? undefined : parseMesh(record(root.mesh, "mesh")),
  };
}

/** Ghosts come as `[class, x, y, id, owner]`. */
function parseGhosts(root: Members): readonly InspectedGhost[] {
  const classes = list(root.classes, "classes");
  return list(root.ghosts, "ghosts").map((value) => {
    const [classIndex, x, y, id, owner] = list(value, "a ghost").map((item) => asNumber(item, "a ghost's figure"));
    const className = String(classes[classIndex ?? 0] ?? "");
    return { id: id ?? 0, className, x: x ?? 0, y: y ?? 0, owner: owner ?? 0 };
  });
}

/** Entities come as `[class, x, y, id]`; the players among them are listed by id besides. */
function parseEntities(root: Members): readonly InspectedEntity[] {
  const classes = list(root.classes, "classes");
  const players = new Map(
    list(root.players, "players").map((value) => {
      const player = record(value, "a player");
      return [number(player, "id"), { name: text(player, "name"), isConnected: player.isLinkDead !== true }];
    }),
  );
  return list(root.entities, "entities").map((value) => {
    const [classIndex, x, y, id] = list(value, "an entity").map((item) => asNumber(item, "an entity's figure"));
    const known = players.get(id ?? 0) ?? { name: "", isConnected: false };
    return { id: id ?? 0, className: String(classes[classIndex ?? 0] ?? ""), x: x ?? 0, y: y ?? 0, ...known };
  });
}
