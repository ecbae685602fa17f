import { BoundedQueue, type EntityId } from "@ows/base";
import type { CallFailure, CallOutcome, CallResult, EntityClass, Fields, FieldValue } from "@ows/game";

/** Calls that wait or run at once; one more is `unavailable`. */
export const MAX_PENDING_CALLS = 4096;

export type PendingCall = {
  readonly ref: EntityId;
  readonly name: string;
  readonly args: Readonly<Record<string, FieldValue>>;
  readonly resolve: (outcome: CallOutcome) => void;
};

/**
 * Calls between entities: queued by handlers, each applied at most once in the calls part of a tick, answered only
 * after the tick, so that what waits for an answer never runs inside the simulation.
 */
export class CallQueue {
  readonly #waiting = new BoundedQueue<PendingCall>(MAX_PENDING_CALLS);
  #answers: (() => void)[] = [];
  #pending = 0;

  get pending(): number {
    return this.#pending;
  }

  add(ref: EntityId, name: string, args: Readonly<Record<string, FieldValue>>): Promise<CallOutcome> {
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

  /** Runs what is queued now; calls that these make wait for the next tick. */
  drain(apply: (call: PendingCall) => CallResult | Promise<CallResult> | CallFailureAnswer): void {
    for (let left = this.#waiting.length; left > 0; left--) {
      const call = this.#waiting.shift() as PendingCall;
      this.#answer(call, apply(call));
    }
  }

  /** Gives answers to those who wait for them: outside the simulation. */
  flushAnswers(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (const answer of answers) answer();
  }

  #answer(call: PendingCall, result: CallResult | Promise<CallResult> | CallFailureAnswer): void {
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

/** The declared fields of a call, when the arguments have each of them with the right type of value. */
export function acceptableArguments(
  entityClass: EntityClass,
  name: string,
  args: Readonly<Record<string, FieldValue>>,
): Fields | CallFailureAnswer {
  const fields = Object.hasOwn(entityClass.calls, name) ? entityClass.calls[name] : undefined;
  if (fields === undefined || !Object.hasOwn(entityClass.onCall, name)) return new CallFailureAnswer("no-such-call");
  for (const [field, { kind }] of Object.entries(fields)) {
    const expected = kind === "bool" ? "boolean" : kind === "text" ? "string" : "number";
    const given: unknown = args[field];
    if (typeof given !== expected || Number.isNaN(given)) return new CallFailureAnswer("bad-arguments");
  }
  return fields;
}

function failure(reason: CallFailure): CallOutcome {
  return { ok: false, reason };
}
