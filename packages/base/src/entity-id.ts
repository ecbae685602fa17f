import { assert } from "./assert.ts";

declare const entityIdBrand: unique symbol;
/** Names one entity for ever, in every process: a safe integer above 0, from a block the coordinator granted. */
export type EntityId = number & { readonly [entityIdBrand]: true };

/** "No entity" on the wire and in references. */
export const NO_ENTITY = 0 as EntityId;

/** Ids in one granted block. */
export const ID_BLOCK_SIZE = 2 ** 20;

/** A range of ids for one process: `first <= id < first + size`. Granted once, never again. */
export type IdBlock = { readonly first: number; readonly size: number };

export function isEntityId(value: number): value is EntityId {
  return Number.isSafeInteger(value) && value > 0;
}

/** Gives out ids from granted blocks, in order. */
export class IdSource {
  readonly #blocks: IdBlock[] = [];
  #used = 0;

  /** Adds a block. A block that overlaps one still held is a bug of the granter. */
  grant(block: IdBlock): void {
    assert(
      Number.isSafeInteger(block.first) && block.first > 0 && block.size > 0,
      "a granted block holds positive ids",
    );
    for (const held of this.#blocks) {
      const apart = block.first >= held.first + held.size || held.first >= block.first + block.size;
      assert(apart, `block at ${block.first} overlaps block at ${held.first}`);
    }
    this.#blocks.push(block);
  }

  /** The next id, or `undefined` when all blocks are used up: the caller refuses to spawn until a block arrives. */
  next(): EntityId | undefined {
    const block = this.#blocks[0];
    if (block === undefined) return undefined;
    const id = block.first + this.#used++;
    if (this.#used === block.size) {
      this.#blocks.shift();
      this.#used = 0;
    }
    return id as EntityId;
  }

  /** Ids left in all blocks. */
  get left(): number {
    let left = -this.#used;
    for (const block of this.#blocks) left += block.size;
    return left;
  }

  /** True when it is time to ask for another block: half of one or less is left. */
  get wantsBlock(): boolean {
    return this.left <= ID_BLOCK_SIZE / 2;
  }
}
