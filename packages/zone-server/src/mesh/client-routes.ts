import type { EntityId } from "@ows/base";
import type { ServerId } from "@ows/mesh";
import type { ClientPipe } from "../link/game-connection.ts";
import { hashResumeToken } from "../players/resume-token.ts";

/** How long a token is good after its avatar came, in milliseconds: for a client that was slow to connect. */
const LATE_TOKEN_MS = 10_000;

type Reservation = {
  readonly root: EntityId;
  readonly from: ServerId;
  connection: ClientPipe | undefined;
  /** Set when the avatar came. */
  goodUntilMs: number | undefined;
};

type Idle = { readonly entity: EntityId; sinceMs: number };

/**
 * Clients whose avatar is not here: those that were sent ahead of it, and those whose avatar has left. Tokens are kept
 * as SHA-256 and are good once.
 */
export class ClientRoutes {
  readonly #idleLinkMs: number;
  readonly #byHash = new Map<string, Reservation>();
  readonly #hashOf = new Map<EntityId, string>();
  readonly #idle = new Map<ClientPipe, Idle>();
  readonly #idleByEntity = new Map<EntityId, ClientPipe>();

  constructor(idleLinkMs: number) {
    this.#idleLinkMs = idleLinkMs;
  }

  get idleCount(): number {
    return this.#idle.size;
  }

  /** Keeps a token. Answers whether the avatar's client is here already, on a silent connection: it needs none. */
  reserve(token: string, root: EntityId, from: ServerId, nowMs: number): boolean {
    const hash = hashResumeToken(token);
    this.#unreserve(this.#hashOf.get(root));
    this.#byHash.set(hash, { root, from, connection: undefined, goodUntilMs: undefined });
    this.#hashOf.set(root, hash);
    const connection = this.idleOf(root);
    if (connection !== undefined) this.keepIdle(connection, root, nowMs);
    return connection !== undefined;
  }

  /** Who will hand over the avatar of this silent connection, if anybody will and nobody has come for it with its token. */
  awaitedFrom(connection: ClientPipe): { readonly root: EntityId; readonly from: ServerId } | undefined {
    const root = this.#idle.get(connection)?.entity;
    const hash = root === undefined ? undefined : this.#hashOf.get(root);
    const reservation = hash === undefined ? undefined : this.#byHash.get(hash);
    return reservation?.connection === undefined ? reservation : undefined;
  }

  /** The avatar will not come: a client that was sent ahead of it waits for another time. */
  unreserve(token: string, nowMs: number): void {
    const hash = hashResumeToken(token);
    const connection = this.#byHash.get(hash)?.connection;
    const root = this.#byHash.get(hash)?.root;
    this.#unreserve(hash);
    if (connection !== undefined && root !== undefined) this.keepIdle(connection, root, nowMs);
  }

  /** Whose client this is, or `undefined` when the token is not good. */
  attach(
    connection: ClientPipe,
    token: string,
    nowMs: number,
  ): { readonly root: EntityId; readonly from: ServerId } | undefined {
    const reservation = this.#byHash.get(hashResumeToken(token));
    if (reservation === undefined || reservation.connection !== undefined) return undefined;
    reservation.connection = connection;
    const idle = this.#idle.get(connection);
    if (idle !== undefined) idle.sinceMs = nowMs;
    return reservation;
  }

  /** The avatar came: its client, when that is here already. */
  arrived(root: EntityId, nowMs: number): ClientPipe | undefined {
    const hash = this.#hashOf.get(root);
    const reservation = hash === undefined ? undefined : this.#byHash.get(hash);
    if (reservation === undefined) return undefined;
    const { connection } = reservation;
    if (connection === undefined) reservation.goodUntilMs = nowMs + LATE_TOKEN_MS;
    else this.#unreserve(hash);
    if (connection !== undefined) this.forget(connection);
    return connection?.isOpen === true ? connection : undefined;
  }

  /** The client took its avatar over on this connection. */
  taken(connection: ClientPipe, root: EntityId): void {
    this.#unreserve(this.#hashOf.get(root));
    this.forget(connection);
  }

  /** The connection stays open and silent: its client may come back on it, and inputs on it are forwarded. */
  keepIdle(connection: ClientPipe, entity: EntityId, nowMs: number): void {
    if (!connection.isOpen) return;
    this.forget(connection);
    this.#idle.set(connection, { entity, sinceMs: nowMs });
    this.#idleByEntity.set(entity, connection);
  }

  /** The avatar whose inputs come on a silent connection. */
  entityOf(connection: ClientPipe): EntityId | undefined {
    return this.#idle.get(connection)?.entity;
  }

  /** The silent connection of an avatar's client, if it is open. */
  idleOf(entity: EntityId): ClientPipe | undefined {
    const connection = this.#idleByEntity.get(entity);
    return connection?.isOpen === true ? connection : undefined;
  }

  forget(connection: ClientPipe): void {
    const idle = this.#idle.get(connection);
    this.#idle.delete(connection);
    if (idle !== undefined && this.#idleByEntity.get(idle.entity) === connection) {
      this.#idleByEntity.delete(idle.entity);
    }
  }

  /** Closes connections that were silent for too long, and forgets tokens that nobody came with. */
  sweep(nowMs: number): void {
    for (const [connection, { sinceMs }] of this.#idle) {
      if (nowMs - sinceMs <= this.#idleLinkMs && connection.isOpen) continue;
      this.forget(connection);
      connection.close("left", "the avatar lives on another server");
    }
    for (const [hash, { goodUntilMs }] of this.#byHash) {
      if (goodUntilMs !== undefined && nowMs > goodUntilMs) this.#unreserve(hash);
    }
  }

  #unreserve(hash: string | undefined): void {
    if (hash === undefined) return;
    const root = this.#byHash.get(hash)?.root;
    this.#byHash.delete(hash);
    if (root !== undefined && this.#hashOf.get(root) === hash) this.#hashOf.delete(root);
  }
}
