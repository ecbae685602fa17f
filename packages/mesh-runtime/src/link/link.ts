import type { Hello, LinkBody } from "@ows/protocol/mesh";
import type { ChannelKind } from "./byte-channel.ts";

/** Why a link is no more, or never came to be. */
export type LinkEndReason =
  /** This side closed it. */
  | "closed"
  /** The other side said why it closes. */
  | "goodbye"
  /** The connection broke, or the other side closed it without a word. */
  | "lost"
  /** The Hello was not acceptable. */
  | "refused"
  | "handshake-timeout"
  | "too-many-connections"
  /** A frame larger than allowed. */
  | "oversized"
  /** Bytes that are no frames, or frames that are no messages. */
  | "garbage"
  /** The peer does not read what it is sent. */
  | "slow-peer";

export interface LinkEnd {
  readonly reason: LinkEndReason;
  /** For people; of a `goodbye`, what the peer said. */
  readonly detail: string;
  /** Of a `goodbye`: its code. */
  readonly code: string;
}

/**
 * One connection to a peer that has said who it is. Messages arrive in order or the link ends; nothing is sent again.
 * A link answers the peer's Ping by itself, so that an answer proves a living event loop.
 */
export interface Link {
  /** What the other side said about itself. */
  readonly peer: Hello;
  readonly kind: ChannelKind;
  readonly isOpen: boolean;
  /** Resolves once, when the link has ended for whatever reason. */
  readonly ended: Promise<LinkEnd>;
  /** Queues a message. `false`: the link has ended – also when this message was the one too many for a slow peer. */
  send(body: LinkBody): boolean;
  /** Sets who gets the messages; what came before is delivered first. */
  onMessage(handler: (body: LinkBody) => void): void;
  /**
   * Queues bytes in the bulk lane. `false`: they were not taken, because the link has ended or so much is unsent that
   * control messages would wait; the caller sends a newer state later.
   */
  sendBulk(bytes: Uint8Array): boolean;
  /** Sets who gets bulk bytes: a view that is valid during the call. What came before is delivered first. */
  onBulk(handler: (bytes: Uint8Array) => void): void;
  /** Bytes queued and not yet taken by the network, in both lanes. */
  readonly unsentBytes: number;
  /** Says goodbye and closes; what was queued before is still sent. */
  close(code: "refused" | "protocol" | "replaced" | "stopping", reason: string): void;
}

export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly end: LinkEnd;

  constructor(end: LinkEnd) {
    super(`${end.reason}: ${end.detail}`);
    this.end = end;
  }
}

export interface LinkLimits {
  readonly handshakeTimeoutMs: number;
  readonly maxPayloadBytes: number;
  /** A peer that lets more than this pile up is cut off. */
  readonly maxUnsentBytes: number;
  /** With more than this unsent, the bulk lane takes nothing: what is queued is all that a control message waits for. */
  readonly maxUnsentBeforeBulk: number;
  /** Of one listener, those that have not said Hello yet included. */
  readonly maxConnections: number;
}

export const defaultLinkLimits: LinkLimits = {
  /** Room for a busy machine; a stranger holds a connection no longer. */
  handshakeTimeoutMs: 3_000,
  maxPayloadBytes: 1 << 20,
  /** Half a second of the busiest control traffic is far below. */
  maxUnsentBytes: 1 << 22,
  /** About four full ghost batches. */
  maxUnsentBeforeBulk: 1 << 18,
  maxConnections: 1_024,
};
