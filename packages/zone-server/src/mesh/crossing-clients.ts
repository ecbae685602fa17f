import type { Clock, EntityId } from "@ows/base";
import type { HandoffDesk, ServerId } from "@ows/mesh";
import { encodeHandoffPrepare, type GameSchema } from "@ows/protocol/game";
import type { ForwardedInputs } from "@ows/protocol/mesh";
import type { ClientPipe } from "../link/game-connection.ts";
import type { Player } from "../players/player.ts";
import type { Players } from "../players/players.ts";
import type { ClientRoutes } from "./client-routes.ts";
import { InputForwarding, type InputsMessage } from "./input-forwarding.ts";
import type { EntityBytes } from "./pack-entity.ts";
import type { PeerLinks } from "./peer-links.ts";

export type CrossingClientsOptions = {
  readonly players: Players;
  readonly routes: ClientRoutes;
  readonly desk: HandoffDesk<EntityBytes>;
  readonly links: PeerLinks;
  readonly schema: GameSchema;
  readonly clock: Clock;
  /** Where the clients of a server attach. */
  readonly gameUrlOf: (server: ServerId) => string | undefined;
  /** Gives a client its avatar, which lives here. */
  readonly welcome: (player: Player, connection: ClientPipe) => void;
  /** The client of this unit is at its target. */
  readonly onWarm: (root: EntityId, nowMs: number) => void;
};

/**
 * Clients around a change of server: sent ahead of their avatar, waited for where they have a link already, sent after
 * it when that link is gone; and their inputs that reach the wrong server.
 */
export class CrossingClients {
  readonly #options: CrossingClientsOptions;
  readonly #forwarding: InputForwarding;
  /** Of units whose target is still to answer: those whose client is there already. */
  readonly #warmBefore = new Set<EntityId>();

  constructor(options: CrossingClientsOptions) {
    this.#options = options;
    this.#forwarding = new InputForwarding(options.schema);
  }

  get forwardedInputs(): number {
    return this.#forwarding.forwarded;
  }

  /** A client that was sent here presents its token. */
  attach(connection: ClientPipe, token: string): void {
    const { clock, players, links, routes, welcome } = this.#options;
    const reservation = routes.attach(connection, token, clock.nowMs());
    if (reservation === undefined) {
      // The avatar may have come to this very connection before its token did.
      const isKnown = players.byConnection(connection) !== undefined || routes.entityOf(connection) !== undefined;
      if (!isKnown) connection.close("refused", "this handoff token is not good (any more)");
      return;
    }
    const { root, from } = reservation;
    const player = players.byEntity(root);
    if (player === undefined) links.send(from, { $case: "clientWarm", value: { root } });
    else welcome(player, connection);
  }

  /** A connection is closed. Who waited on it for an avatar must come again, which needs its token. */
  gone(connection: ClientPipe): void {
    const { routes, links } = this.#options;
    const awaited = routes.awaitedFrom(connection);
    routes.forget(connection);
    if (awaited !== undefined) links.send(awaited.from, { $case: "clientWanted", value: { root: awaited.root } });
  }

  /** Keeps a place. Whose client is here since an earlier stay needs no token: its present server hears that first. */
  reserve(token: string, root: EntityId, from: ServerId): void {
    const { routes, links, clock } = this.#options;
    const isHere = routes.reserve(token, root, from, clock.nowMs());
    if (isHere) links.send(from, { $case: "clientWarm", value: { root } });
  }

  /** A new try begins: what an earlier target said of the client does not count. */
  begin(root: EntityId): void {
    this.#warmBefore.delete(root);
  }

  /** The target has a place: the client should open a link there. */
  sendAhead(root: EntityId, to: ServerId, token: string): void {
    const { players, onWarm, clock } = this.#options;
    const isWarm = this.#warmBefore.delete(root);
    const connection = players.byEntity(root)?.stream?.connection;
    if (isWarm || connection === undefined || !this.#send(connection, to, token)) onWarm(root, clock.nowMs());
  }

  /** The target says that the client is there. */
  isWarm(root: EntityId): void {
    const { desk, onWarm, clock } = this.#options;
    if (desk.sourceOf(root)?.phase === "preparing") this.#warmBefore.add(root);
    onWarm(root, clock.nowMs());
  }

  /** The client was thought to be at the target, and is not. */
  sendAfter(root: EntityId): void {
    const { desk, players, routes } = this.#options;
    const source = desk.sourceOf(root);
    if (source?.phase !== "ready" && source?.phase !== "released") return;
    const connection = players.byEntity(root)?.stream?.connection ?? routes.idleOf(root);
    if (connection !== undefined) this.#send(connection, source.to, source.token);
  }

  /** Inputs on a connection without an avatar here. */
  forward(connection: ClientPipe, message: InputsMessage): void {
    const { players, routes, desk } = this.#options;
    const entity = routes.entityOf(connection);
    if (entity === undefined) return;
    const player = players.byEntity(entity);
    const to = desk.routeOf(entity);
    if (player !== undefined) player.inputs.addForwarded(message.firstSeq, message.inputs);
    else if (to !== undefined) this.#forwarding.add(to, entity, message);
  }

  /** Inputs that another server sent after their avatar. */
  forwarded({ entity, messages }: ForwardedInputs): void {
    const { players, desk } = this.#options;
    const id = entity as EntityId;
    const player = players.byEntity(id);
    const to = desk.routeOf(id);
    for (const bytes of messages) {
      if (player === undefined) {
        if (to !== undefined) this.#forwarding.addEncoded(to, id, Buffer.from(bytes));
        continue;
      }
      const message = this.#forwarding.read(bytes);
      if (message !== undefined) player.inputs.addForwarded(message.firstSeq, message.inputs);
    }
  }

  /** At the end of a tick: what is on its way goes. */
  flush(): void {
    const { links } = this.#options;
    this.#forwarding.flush((to, inputs) => links.send(to, { $case: "forwardedInputs", value: inputs }));
  }

  /** `false`: nobody knows where clients find that server. */
  #send(connection: ClientPipe, to: ServerId, token: string): boolean {
    const url = this.#options.gameUrlOf(to);
    if (url === undefined) return false;
    connection.send(encodeHandoffPrepare({ type: "handoff-prepare", zoneInstanceId: to, url, token }));
    return true;
  }
}
