/** What `GET /inspect` of a zone server tells. */
export type Inspection = {
  readonly pid: number;
  readonly tick: number;
  readonly tickHz: number;
  readonly tickP50Ms: number | null;
  readonly tickP99Ms: number | null;
  readonly cpuPercent: number | null;
  readonly memoryMiB: number | null;
  /** Metres. */
  readonly bounds: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
  readonly entities: readonly InspectedEntity[];
};

export type InspectedEntity = {
  readonly id: number;
  readonly className: string;
  /** The character's name; empty for what is no player. */
  readonly name: string;
  readonly isConnected: boolean;
  readonly x: number;
  readonly y: number;
  readonly yaw: number;
};

/** What a zone server sent is not an inspection. */
export class InspectionError extends Error {
  override readonly name = "InspectionError";
}

/** Reads an inspection; throws `InspectionError` naming the first member that is wrong. */
export function parseInspection(value: unknown): Inspection {
  const root = record(value, "inspection");
  const bounds = record(root.bounds, "bounds");
  return {
    pid: number(root, "pid"),
    tick: number(root, "tick"),
    tickHz: number(root, "tickHz"),
    tickP50Ms: optionalNumber(root, "tickP50Ms"),
    tickP99Ms: optionalNumber(root, "tickP99Ms"),
    cpuPercent: optionalNumber(root, "cpuPercent"),
    memoryMiB: optionalNumber(root, "memoryMiB"),
    bounds: {
      minX: number(bounds, "minX"),
      minY: number(bounds, "minY"),
      maxX: number(bounds, "maxX"),
      maxY: number(bounds, "maxY"),
    },
    entities: list(root.entities).map(parseEntity),
  };
}

function parseEntity(value: unknown): InspectedEntity {
  const entity = record(value, "an entity");
  return {
    id: number(entity, "id"),
    className: text(entity, "className"),
    name: text(entity, "name"),
    isConnected: entity.isConnected === true,
    x: number(entity, "x"),
    y: number(entity, "y"),
    yaw: number(entity, "yaw"),
  };
}

type Members = Readonly<Record<string, unknown>>;

function record(value: unknown, name: string): Members {
  if (typeof value === "object" && value !== null) return value as Members;
  throw new InspectionError(`${name} should be an object`);
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new InspectionError("entities should be a list");
}

function number(members: Members, name: string): number {
  const value = members[name];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new InspectionError(`${name} should be a number`);
}

function optionalNumber(members: Members, name: string): number | null {
  const value = members[name];
  return value === null || value === undefined ? null : number(members, name);
}

function text(members: Members, name: string): string {
  const value = members[name];
  if (typeof value === "string") return value;
  throw new InspectionError(`${name} should be a text`);
}
