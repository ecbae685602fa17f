import type { ServerId } from "@ows/mesh";
import type { OpenHandoff } from "./handoff-log.ts";
import type { PeerLinkState } from "./peer-links.ts";

/** What an operator sees of a server's part in its mesh instance. */
export type MeshInspection = {
  readonly partitionVersion: number;
  readonly cells: readonly (readonly [string, ServerId])[];
  readonly ghosts: number;
  /** Those that ended are the coordinator's to tell. */
  readonly handoffs: {
    readonly done: number;
    readonly stayed: number;
    readonly open: readonly OpenHandoff[];
    /** What they took of this server since it started, by phase. */
    readonly spentMs: Readonly<Record<string, number>>;
  };
  readonly links: readonly PeerLinkState[];
  readonly idleClients: number;
  readonly forwardedInputs: number;
};
