import { defaultSourceRules, defaultTargetRules, type SourceRules, type TargetRules } from "@ows/mesh";

/** When entities change servers. */
export type MeshSettings = {
  /** How far an entity must be outside this server's region before it leaves, in metres. */
  readonly hysteresisMeters: number;
  /** How long an entity stays at least where it came to, in milliseconds. */
  readonly minimumStayMs: number;
  /** How far ahead, at its velocity, an entity is announced to where it goes, in seconds. */
  readonly announceSeconds: number;
  /** How long a preparation outlives the wish to leave, in milliseconds: who walks along a border is announced once. */
  readonly lingerMs: number;
  /** How long a server that refused a unit is not asked for it again, in milliseconds. */
  readonly askAgainMs: number;
  /** Every entity is handed to another server all the time, whatever ground it stands on. */
  readonly isStorm: boolean;
  /** How long a client's silent link is kept, in milliseconds. */
  readonly idleLinkMs: number;
  readonly source: SourceRules;
  readonly target: TargetRules;
};

export const defaultMeshSettings: MeshSettings = {
  hysteresisMeters: 5,
  minimumStayMs: 1_000,
  announceSeconds: 1,
  lingerMs: 2_000,
  askAgainMs: 500,
  isStorm: false,
  idleLinkMs: 30_000,
  source: defaultSourceRules,
  target: defaultTargetRules,
};
