import type { Clock, IdSource } from "@ows/base";
import { FIRST_EPOCH } from "@ows/base";
import { type ClientMessage, GAME_PROTOCOL_VERSION } from "@ows/protocol/game";
import type { Logger } from "@ows/service-kit";
import type { Characters } from "../backend/characters.ts";
import type { ClientPipe } from "../link/game-connection.ts";
import { TokenBucket } from "../link/token-bucket.ts";
import type { Admission, Verdict } from "./admission.ts";
import type { ClaimMover } from "./claim-mover.ts";
import type { Player, PlayerEnding } from "./player.ts";
import type { Players } from "./players.ts";
import type { SaveQueue } from "./save-queue.ts";

type Attach = Extract<ClientMessage, { type: "attach" }>;

/** Clients whose proof or claim is being checked at once; more are asked to come again. */
const MAX_AT_ONCE = 512;
const TRY_AGAIN_MS = 1_000;
/** Proofs that are looked at per second and at once: checking a signature costs about a tenth of a millisecond. */
const PROOFS_PER_SECOND = 500;
const PROOF_BURST = 1_000;

export type FrontDeskOptions = {
  readonly players: Players;
  readonly characters: Characters;
  readonly saves: SaveQueue;
  readonly claims: ClaimMover;
  readonly admission: Admission;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly gameHash: number;
  readonly hardCap: number;
  /** A client that was sent here before its avatar: it stays silent until that lives here. */
  readonly attachWarm: (connection: ClientPipe, token: string) => void;
};

/** A character on its way in: who waits for it may change, and it may be sent away before it is here. */
type Entering = {
  connection: ClientPipe | undefined;
  ending: PlayerEnding | undefined;
  readonly settled: Promise<Player | undefined>;
};

/** Lets clients in: checks the proof, takes over a living avatar, or claims the character and announces its arrival. */
export class FrontDesk {
  readonly #options: FrontDeskOptions;
  readonly #entering = new Map<string, Entering>();
  readonly #proofs: TokenBucket;
  #checking = 0;
  #closed: PlayerEnding | undefined;

  constructor(options: FrontDeskOptions) {
    this.#options = options;
    this.#proofs = new TokenBucket(PROOFS_PER_SECOND, PROOF_BURST, options.clock.nowMs());
  }

  /** Characters whose claim is under way. */
  get entering(): number {
    return this.#entering.size;
  }

  /** Answers the first message of a client; the connection is closed when the client may not enter. Never rejects. */
  async attach(connection: ClientPipe, message: Attach): Promise<void> {
    const mismatch = this.#mismatch(message);
    if (mismatch !== undefined) return connection.close("incompatible", mismatch);
    if (this.#closed !== undefined) return connection.close("stopping", "this server is stopping", TRY_AGAIN_MS);
    if (message.mode === "resume") return this.#resume(connection, message.token);
    if (message.mode === "handoff") return this.#options.attachWarm(connection, message.token);
    if (this.#checking >= MAX_AT_ONCE || !this.#proofs.take(this.#options.clock.nowMs())) {
      return connection.close("full", "too many players arrive at once", TRY_AGAIN_MS);
    }
    this.#checking++;
    try {
      const verdict = await this.#options.admission(message.mode, message.token);
      if (verdict.ok) await this.#admit(connection, verdict);
      else connection.close("refused", verdict.reason);
    } catch (error) {
      this.#options.logger.warn({ err: error }, "a player could not be checked");
      connection.close("refused", "the server can't reach the backend", TRY_AGAIN_MS);
    } finally {
      this.#checking--;
    }
  }

  /**
   * Sends a character away, also one that is still on its way in. Resolves when its last save is stored: whether it
   * was here.
   */
  async evict(characterName: string, ending: PlayerEnding): Promise<boolean> {
    const entering = this.#entering.get(characterName);
    if (entering !== undefined) {
      entering.ending ??= ending;
      await entering.settled;
    }
    const { players, saves } = this.#options;
    const player = players.byName(characterName);
    if (player !== undefined) players.end(player, ending);
    const wasHere = entering !== undefined || player !== undefined;
    await player?.ended;
    await this.#options.claims.settled(characterName);
    await saves.settled(characterName);
    return wasHere;
  }

  /** Lets nobody in any more, and resolves when nobody is on the way in. */
  async close(ending: PlayerEnding): Promise<void> {
    this.#closed = ending;
    for (const entering of this.#entering.values()) entering.ending ??= ending;
    await Promise.all([...this.#entering.values()].map(({ settled }) => settled));
  }

  #mismatch({ protocolVersion, gameHash }: Attach): string | undefined {
    if (protocolVersion !== GAME_PROTOCOL_VERSION) {
      return `this client speaks game protocol ${protocolVersion}, this server ${GAME_PROTOCOL_VERSION}`;
    }
    return gameHash === this.#options.gameHash ? undefined : "this client has another build of the game";
  }

  #resume(connection: ClientPipe, token: string): void {
    const { players } = this.#options;
    const player = players.byResumeToken(token);
    if (player === undefined || player.ending !== undefined) {
      connection.close("refused", "this character is no longer here under that token");
      return;
    }
    if (player.restoring === undefined) {
      players.attach(player, connection);
      return;
    }
    // What was saved of it is on its way: until then there is nothing to give.
    void player.restoring.settled.then(() => {
      if (connection.isOpen) this.#resume(connection, token);
    });
  }

  async #admit(connection: ClientPipe, who: Extract<Verdict, { ok: true }>): Promise<void> {
    const { players, ids } = this.#options;
    const living = players.byName(who.characterName);
    if (living?.restoring !== undefined && living.ending === undefined) {
      await living.restoring.settled;
      return connection.isOpen ? this.#admit(connection, who) : undefined;
    }
    if (living !== undefined && living.ending === undefined) return players.attach(living, connection);
    const entering = this.#entering.get(who.characterName);
    if (entering !== undefined) {
      entering.connection?.close("replaced", "another client of this character took over");
      entering.connection = connection;
      return;
    }
    if (this.#closed !== undefined) return connection.close("stopping", "this server is stopping", TRY_AGAIN_MS);
    if (players.count + this.#entering.size >= this.#options.hardCap) {
      return connection.close("full", `this server has room for ${this.#options.hardCap} players`, TRY_AGAIN_MS);
    }
    const entityId = ids.next();
    if (entityId === undefined) return connection.close("full", "this server waits for entity ids", TRY_AGAIN_MS);
    const { promise: settled, resolve } = Promise.withResolvers<Player | undefined>();
    const place: Entering = { connection, ending: undefined, settled };
    this.#entering.set(who.characterName, place);
    await this.#claim(who, entityId, place, resolve);
  }

  async #claim(
    who: Extract<Verdict, { ok: true }>,
    entityId: NonNullable<ReturnType<IdSource["next"]>>,
    place: Entering,
    resolve: (player: Player | undefined) => void,
  ): Promise<void> {
    const { characters, players, saves, logger } = this.#options;
    const { characterName, userSessionGuid } = who;
    const leaveDesk = (player: Player | undefined) => {
      this.#entering.delete(characterName);
      resolve(player);
    };
    try {
      // What its former stay left behind is stored before it is read again; that stay may have its last tick yet to come.
      await players.byName(characterName)?.ended;
      await this.#options.claims.settled(characterName);
      await saves.settled(characterName);
      const answer = await characters.claim({ characterName, userSessionGuid, entityId, epoch: FIRST_EPOCH });
      if (!answer.ok) {
        place.connection?.close("refused", answer.reason, TRY_AGAIN_MS);
        return leaveDesk(undefined);
      }
      players.arrive({
        entityId,
        character: answer.character,
        connection: () => place.connection,
        ending: () => place.ending,
        onSettled: (player) => {
          if (player === undefined) place.connection?.close("refused", "the game could not place this character");
          leaveDesk(player);
        },
      });
    } catch (error) {
      logger.warn({ err: error, characterName }, "a character could not be claimed");
      place.connection?.close("refused", "the server can't reach the backend", TRY_AGAIN_MS);
      leaveDesk(undefined);
    }
  }
}
