import { backoffMs, Prng } from "@ows/base";
import type { Player as Character } from "@ows/game";
import type { Logger } from "@ows/service-kit";
import type { Characters, ClaimTransfer, LostOwnership } from "../backend/characters.ts";

const BACKOFF = { firstMs: 100, maxMs: 3_000 };
/** Transfers under way at once; the rest waits its turn. The backend is asked for many together. */
const AT_ONCE = 256;

type Moving = {
  transfer: ClaimTransfer;
  /** Hears what was saved last, when the transfer asks for it. */
  onCharacter: ((character: Character) => void) | undefined;
  isUnderWay: boolean;
  attempts: number;
  /** What waits for the claim. */
  readonly waiting: (() => void)[];
};

/**
 * Moves the claims of characters that were handed over to this server, the newest ownership of each, until the backend
 * has answered. Holds at most one transfer per character.
 */
export class ClaimMover implements Disposable {
  readonly #characters: Characters;
  readonly #logger: Logger;
  readonly #onRefused: (lost: LostOwnership) => void;
  readonly #prng = Prng.fromSeed("claims");
  readonly #moving = new Map<string, Moving>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #underWay = 0;
  #isDisposed = false;

  constructor(options: {
    readonly characters: Characters;
    readonly logger: Logger;
    /** Told when somebody else holds the character at a newer ownership. */
    readonly onRefused: (lost: LostOwnership) => void;
  }) {
    this.#characters = options.characters;
    this.#logger = options.logger;
    this.#onRefused = options.onRefused;
  }

  /** Characters whose claim is not here yet. */
  get size(): number {
    return this.#moving.size;
  }

  isMoving(characterName: string): boolean {
    return this.#moving.has(characterName);
  }

  /** `onCharacter` is told what was saved last, once it can't change any more elsewhere. */
  move(transfer: ClaimTransfer, onCharacter?: (character: Character) => void): void {
    const known = this.#moving.get(transfer.characterName);
    if (known !== undefined) {
      known.transfer = transfer;
      known.onCharacter = onCharacter ?? known.onCharacter;
      return;
    }
    this.#moving.set(transfer.characterName, { transfer, onCharacter, isUnderWay: false, attempts: 0, waiting: [] });
    this.#next();
  }

  /** The character left again: nobody here needs its claim. */
  forget(characterName: string): void {
    const moving = this.#moving.get(characterName);
    this.#moving.delete(characterName);
    for (const then of moving?.waiting ?? []) then();
  }

  /** Runs `then` now, or when the claim is here; also when it turns out that it will never be. */
  whenHeld(characterName: string, then: () => void): void {
    const moving = this.#moving.get(characterName);
    if (moving === undefined) then();
    else moving.waiting.push(then);
  }

  settled(characterName: string): Promise<void> {
    return new Promise((resolve) => this.whenHeld(characterName, resolve));
  }

  async drained(): Promise<void> {
    await Promise.all([...this.#moving.keys()].map((characterName) => this.settled(characterName)));
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#moving.clear();
  }

  #next(): void {
    for (const moving of this.#moving.values()) {
      if (this.#underWay >= AT_ONCE) return;
      if (!moving.isUnderWay) void this.#transfer(moving);
    }
  }

  async #transfer(moving: Moving): Promise<void> {
    const { transfer } = moving;
    const { characterName } = transfer;
    moving.isUnderWay = true;
    this.#underWay++;
    try {
      const answer = await this.#characters.transferClaim(transfer);
      if (this.#moving.get(characterName) === moving && moving.transfer === transfer) {
        if (answer.ok && answer.character !== undefined) moving.onCharacter?.(answer.character);
        this.forget(characterName);
        if (!answer.ok) this.#onRefused({ ...transfer, reason: answer.reason });
      } else moving.isUnderWay = false;
    } catch (error) {
      if (moving.attempts === 0) this.#logger.warn({ err: error, characterName }, "a claim could not be moved yet");
      this.#tryLater(moving);
    } finally {
      this.#underWay--;
    }
    if (!this.#isDisposed) this.#next();
  }

  /** Stays under way while it waits, so that it does not take another's turn. */
  #tryLater(moving: Moving): void {
    if (this.#isDisposed) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        moving.isUnderWay = false;
        this.#next();
      },
      backoffMs(moving.attempts++, this.#prng, BACKOFF),
    );
    this.#timers.add(timer);
  }
}
