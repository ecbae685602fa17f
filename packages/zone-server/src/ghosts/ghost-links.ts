import type { ServerId } from "@ows/mesh";
import type { LinkBody } from "@ows/protocol/mesh";

/** What ghosts and calls need of the links to the other servers. `PeerLinks` is one. */
export type GhostLinks = {
  /** `false`: there is no link, the message was not sent. */
  send(peer: ServerId, body: LinkBody): boolean;
  /** `false`: these bytes were not sent. */
  sendBulk(peer: ServerId, bytes: Uint8Array): boolean;
  unsentBytes(peer: ServerId): number;
  isUp(peer: ServerId): boolean;
};
