/** Limits and rhythms of a zone server. */
export type ZoneSettings = {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Connections on the game port, those included that have not attached yet. */
  readonly maxConnections: number;
  /** How long a connection may take to attach. */
  readonly attachDeadlineMs: number;
  /** Characters that live here at once, unless the coordinator says otherwise. */
  readonly hardPlayerCap: number;
  /** Entities one client sees at once. */
  readonly viewCap: number;
  /** How long an avatar without a client stays. */
  readonly linkDeadMs: number;
  readonly saveEveryMs: number;
  /** How long stopping may take: telling clients, last saves, releases. */
  readonly stopWithinMs: number;
};

export const defaultZoneSettings: ZoneSettings = {
  host: "127.0.0.1",
  port: 0,
  maxConnections: 2_000,
  attachDeadlineMs: 5_000,
  hardPlayerCap: 1_000,
  viewCap: 100,
  linkDeadMs: 10_000,
  saveEveryMs: 10_000,
  stopWithinMs: 3_500,
};
