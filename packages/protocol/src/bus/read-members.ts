import type { DecodedMessage } from "./topic.ts";

const EMPTY_GUID = "00000000-0000-0000-0000-000000000000";
const DASHED_GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_INT32 = 2 ** 31 - 1;

/** A body that is not what its topic says. */
class BodyError extends Error {}

/**
 * Reads a body as stock launchers do: member names by exact case, missing ones take their default, unknown ones are
 * ignored, and a member of the wrong kind refuses the whole message.
 */
export function readBody<Message>(body: Uint8Array, read: (members: MemberReader) => Message): DecodedMessage<Message> {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new BodyError("not an object");
    return { ok: true, message: read(new MemberReader(parsed)) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

export class MemberReader {
  readonly #members: ReadonlyMap<string, unknown>;

  constructor(parsed: object) {
    this.#members = new Map(Object.entries(parsed));
  }

  guid(name: string): string {
    const value = this.#members.get(name) ?? EMPTY_GUID;
    if (typeof value !== "string" || !DASHED_GUID.test(value)) throw unexpected(name, "a dashed GUID", value);
    return value.toLowerCase();
  }

  int32(name: string): number {
    const value = this.#members.get(name) ?? 0;
    if (typeof value !== "number" || !Number.isInteger(value) || Math.abs(value) > MAX_INT32) {
      throw unexpected(name, "a 32-bit integer", value);
    }
    return value;
  }

  float(name: string): number {
    const value = this.#members.get(name) ?? 0;
    if (typeof value !== "number") throw unexpected(name, "a number", value);
    return value;
  }

  /** `null`: there is none. */
  object(name: string): MemberReader | null {
    const value = this.#members.get(name) ?? null;
    if (value === null) return null;
    if (typeof value !== "object" || Array.isArray(value)) throw unexpected(name, "an object or null", value);
    return new MemberReader(value);
  }

  text(name: string): string | null {
    const value = this.#members.get(name) ?? null;
    if (value !== null && typeof value !== "string") throw unexpected(name, "a text or null", value);
    return value;
  }
}

function unexpected(name: string, expected: string, value: unknown): BodyError {
  return new BodyError(`${name}: expected ${expected}, got ${JSON.stringify(value)}`);
}
