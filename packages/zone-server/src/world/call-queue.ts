import { BoundedQueue, ByteWriter, type EntityId, parseBytes } from "@ows/base";
import {
  type CallFailure,
  type CallOutcome,
  type CallResult,
  type EntityClass,
  type Fields,
  type FieldValue,
  readFields,
  writeFields,
} from "@ows/game";

/** Calls that wait or run at once; one more is `unavailable`. */
export const MAX_PENDING_CALLS = 4096;

export type CallArguments = Readonly<Record<string, FieldValue>>;

export type PendingCall = {
  readonly ref: EntityId;
  readonly name: string;
  /** Of a call that came from another server: as it came. */
  readonly args: CallArguments | Uint8Array;
  /** Of a call that came from another server: what sends it on when the entity does not live here any more. */
  readonly passOn?: () => AnsweredElsewhere | CallFailureAnswer;
  readonly resolve: (outcome: CallOutcome) => void;
};

/** What became of a call: its result, now or later, why there is none, or that somebody else answers. */
export type Application = CallResult | Promise<CallResult> | CallFailureAnswer | AnsweredElsewhere;

/**
 * Calls between entities: queued by handlers, each applied at most once in the calls part of a tick, answered only
 * after the tick, so that what waits for an answer never runs inside the simulation.
 */
export class CallQueue {
  readonly #waiting = new BoundedQueue<PendingCall>(MAX_PENDING_CALLS);
  readonly #arrived = new BoundedQueue<PendingCall>(MAX_PENDING_CALLS);
  #answers: (() => void)[] = [];
  #pending = 0;

  /** Of this server's own callers. */
  get pending(): number {
    return this.#pending;
  }

  add(ref: EntityId, name: string, args: CallArguments): Promise<CallOutcome> {
    if (this.#pending >= MAX_PENDING_CALLS) return Promise.resolve(failure("unavailable"));
    this.#pending++;
    return new Promise((resolve) => {
      this.#waiting.push({
        ref,
        name,
        args,
        resolve: (outcome) => {
          this.#pending--;
          resolve(outcome);
        },
      });
    });
  }

  /** Takes a call of another server. `false`: too many wait. */
  arrive(call: PendingCall): boolean {
    return this.#arrived.push(call);
  }

  /** Runs what is queued now; calls that these make wait for the next tick. */
  drain(apply: (call: PendingCall) => Application): void {
    for (const queue of [this.#arrived, this.#waiting]) {
      for (let left = queue.length; left > 0; left--) {
        const call = queue.shift() as PendingCall;
        this.#answer(call, apply(call));
      }
    }
  }

  /** Gives answers to those who wait for them: outside the simulation. */
  flushAnswers(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (const answer of answers) answer();
  }

  #answer(call: PendingCall, result: Application): void {
    if (result instanceof AnsweredElsewhere) return;
    if (result instanceof CallFailureAnswer) this.#answers.push(() => call.resolve(failure(result.reason)));
    else if (result instanceof Promise) {
      result.then(
        (value) => call.resolve({ ok: true, value: value ?? null }),
        () => call.resolve(failure("failed")),
      );
    } else this.#answers.push(() => call.resolve({ ok: true, value: result ?? null }));
  }
}

/** An application that came to nothing. */
export class CallFailureAnswer {
  readonly reason: CallFailure;
  constructor(reason: CallFailure) {
    this.reason = reason;
  }
}

/** Another server has the call: whoever asked hears of it from there. */
export class AnsweredElsewhere {
  readonly server: number;
  constructor(server: number) {
    this.server = server;
  }
}

/** The declared fields of a call, when the arguments have each of them with the right type of value. */
export function acceptableArguments(
  entityClass: EntityClass,
  name: string,
  args: CallArguments,
): Fields | CallFailureAnswer {
  const fields = declaredFields(entityClass, name);
  if (fields instanceof CallFailureAnswer) return fields;
  for (const [field, { kind }] of Object.entries(fields)) {
    const expected = kind === "bool" ? "boolean" : kind === "text" ? "string" : "number";
    const given: unknown = args[field];
    if (typeof given !== expected || Number.isNaN(given)) return new CallFailureAnswer("bad-arguments");
  }
  return fields;
}

/** The arguments in the order of the declared fields, for a call to another server. */
export function encodeArguments(fields: Fields, args: CallArguments): Uint8Array {
  const writer = new ByteWriter(64);
  writeFields(writer, fields, args);
  return writer.finish();
}

/** The reverse of `encodeArguments`, for bytes from another server. */
export function decodeArguments(
  entityClass: EntityClass,
  name: string,
  bytes: Uint8Array,
): CallArguments | CallFailureAnswer {
  const fields = declaredFields(entityClass, name);
  if (fields instanceof CallFailureAnswer) return fields;
  const parsed = parseBytes(bytes, (reader) => readFields(reader, fields));
  return parsed.ok ? parsed.value : new CallFailureAnswer("bad-arguments");
}

function declaredFields(entityClass: EntityClass, name: string): Fields | CallFailureAnswer {
  const fields = Object.hasOwn(entityClass.calls, name) ? entityClass.calls[name] : undefined;
  if (fields === undefined || !Object.hasOwn(entityClass.onCall, name)) return new CallFailureAnswer("no-such-call");
  return fields;
}

function failure(reason: CallFailure): CallOutcome {
  return { ok: false, reason };
}
