import type { Bounds } from "@ows/game";
import { cellBounds, cellOf, type Partition, type ServerId, staticPartition } from "@ows/mesh";
import { type Motion, meshGame } from "./mesh-game.ts";

/** One run of servers that share a zone, or that each have a zone of that size for themselves. */
export type MeshOrder = {
  readonly servers: number;
  readonly sideMeters: number;
  readonly walkers: number;
  /** Real clients, as a game has them. */
  readonly clients: number;
  /** Light clients, for the load. */
  readonly crowd: number;
  readonly tickHz: number;
  /** Metres per second. */
  readonly speed: number;
  /** `gas` crosses borders; `alone` turns back at them, on servers that know of no other. */
  readonly kind: "gas" | "alone" | "ping-pong";
  readonly hysteresisMeters: number;
  readonly minimumStayMs: number;
  readonly seed: number;
};

export type ServerOrder = MeshOrder & { readonly self: ServerId };

export const PING_PONG_SWINGING = 200;

export function zoneOf({ sideMeters }: MeshOrder): Bounds {
  const half = sideMeters / 2;
  return { minX: -half, minY: -half, maxX: half, maxY: half };
}

export function serverIds({ servers }: MeshOrder): ServerId[] {
  return Array.from({ length: servers }, (_, i) => i + 1);
}

export function partitionOf(order: MeshOrder): Partition {
  return staticPartition(zoneOf(order), serverIds(order));
}

/** One rectangle per server, in the order of their ids. */
export function regionsOf(order: MeshOrder): Bounds[] {
  const zone = zoneOf(order);
  const { cells } = partitionOf(order);
  return serverIds(order).map((id) => {
    const own = [...cells].filter(([, server]) => server === id).map(([cell]) => cellBounds(zone, cellOf(cell)));
    return {
      minX: Math.min(...own.map(({ minX }) => minX)),
      minY: Math.min(...own.map(({ minY }) => minY)),
      maxX: Math.min(zone.maxX, Math.max(...own.map(({ maxX }) => maxX))),
      maxY: Math.min(zone.maxY, Math.max(...own.map(({ maxY }) => maxY))),
    };
  });
}

/** The game that a server runs; its clients' one has the same shape. */
export function gameOf(order: MeshOrder, self: ServerId) {
  const zone = zoneOf(order);
  const region = regionsOf(order)[self - 1] ?? zone;
  const isAlone = order.kind === "alone";
  const bounds = isAlone ? region : zone;
  const motion: Motion =
    order.kind === "ping-pong" ? { kind: "ping-pong", swinging: PING_PONG_SWINGING } : { kind: "gas" };
  const walkers = isAlone ? Math.round(order.walkers / order.servers) : order.walkers;
  const { speed, tickHz } = order;
  return meshGame({ bounds, walkers, speed, tickHz, motion });
}
