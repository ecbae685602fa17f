import type { LinkBody } from "@ows/protocol/mesh";

type Copies = Extract<LinkBody, { readonly $case: "copies" }>;

/** More than a zone server can have. */
const MOST_COPIES = 1 << 18;

/** What servers answer to a fence, put together from its parts. */
export class CopiesInParts {
  readonly #parts = new Map<number, Copies["value"]>();

  /** The whole answer with its last part, until then nothing. Parts of an older answer are forgotten. */
  add(zoneInstanceId: number, { value }: Copies): Copies | undefined {
    const before = this.#parts.get(zoneInstanceId);
    const known = before?.term === value.term ? before.copies : [];
    const copies = known.length === 0 ? value.copies : [...known, ...value.copies];
    this.#parts.delete(zoneInstanceId);
    if (!value.hasMore) return { $case: "copies", value: { ...value, copies } };
    if (copies.length <= MOST_COPIES) this.#parts.set(zoneInstanceId, { ...value, copies });
    return undefined;
  }

  /** Its link is a new one, or it is no more: what is missing will not come. */
  forget(zoneInstanceId: number): void {
    this.#parts.delete(zoneInstanceId);
  }
}
