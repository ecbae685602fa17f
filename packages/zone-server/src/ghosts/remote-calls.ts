import type { Clock, EntityId } from "@ows/base";
import type { CallFailure, CallOutcome, EntityClass, Json } from "@ows/game";
import type { ServerId } from "@ows/mesh";
import type { Call, CallAnswer } from "@ows/protocol/mesh";
import {
  AnsweredElsewhere,
  acceptableArguments,
  CallFailureAnswer,
  type CallQueue,
  encodeArguments,
  MAX_PENDING_CALLS,
  type PendingCall,
} from "../world/call-queue.ts";
import type { GhostLinks } from "./ghost-links.ts";

/** A call that was passed on this often and found nobody is given up. */
export const MAX_HOPS = 2;
/** Whoever asked waits this long: then it may or may not have been applied. */
export const CALL_DEADLINE_MS = 5_000;
/** What a call may answer, as JSON. */
const MAX_ANSWER_CHARS = 64 * 1024;

const FAILURES: ReadonlySet<string> = new Set<CallFailure>([
  "gone",
  "no-such-call",
  "bad-arguments",
  "failed",
  "unavailable",
  "unknown",
]);

/** Where an entity lives that does not live here. */
export type Route = { readonly server: ServerId; readonly entityClass: EntityClass };

export type RemoteCallsOptions = {
  readonly self: ServerId;
  readonly links: GhostLinks;
  readonly calls: CallQueue;
  readonly clock: Clock;
  readonly routeOf: (id: EntityId) => Route | undefined;
};

type Asked = {
  /** Where it was sent; it may have gone on from there. */
  readonly server: ServerId;
  readonly deadlineMs: number;
  readonly resolve: (outcome: CallOutcome) => void;
};

/** Calls to entities of other servers, both ways. Each is sent once and never again. */
export class RemoteCalls {
  readonly #options: RemoteCallsOptions;
  /** In the order of their deadlines. */
  readonly #asked = new Map<number, Asked>();
  #number = 0;

  constructor(options: RemoteCallsOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#asked.size;
  }

  /** Sends a call whose entity does not live here to where it does. */
  call(call: PendingCall): AnsweredElsewhere | CallFailureAnswer {
    return call.passOn !== undefined ? call.passOn() : this.#ask(call);
  }

  receiveCall(message: Call): void {
    const { calls } = this.#options;
    const isTaken = calls.arrive({
      ref: message.entity as EntityId,
      name: message.name,
      args: message.args,
      passOn: () => this.#passOn(message),
      resolve: (outcome) => this.#reply(message, outcome),
    });
    if (!isTaken) this.#reply(message, { ok: false, reason: "unavailable" });
  }

  receiveAnswer({ number, ok, value }: CallAnswer): void {
    const asked = this.#asked.get(number);
    if (asked === undefined) return;
    this.#asked.delete(number);
    asked.resolve(ok ? valueFrom(value) : { ok: false, reason: failureFrom(value) });
  }

  /** What was asked over this link is lost with it, or its answer is. */
  peerDown(peer: ServerId): void {
    for (const [number, asked] of this.#asked) if (asked.server === peer) this.#giveUp(number, asked);
  }

  /** Gives up what has waited too long. Not inside a tick. */
  step(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const [number, asked] of this.#asked) {
      if (asked.deadlineMs > nowMs) return;
      this.#giveUp(number, asked);
    }
  }

  #ask({ ref, name, args, resolve }: PendingCall): AnsweredElsewhere | CallFailureAnswer {
    const { self, links, clock, routeOf } = this.#options;
    const route = routeOf(ref);
    if (route === undefined || args instanceof Uint8Array) return new CallFailureAnswer("gone");
    const fields = acceptableArguments(route.entityClass, name, args);
    if (fields instanceof CallFailureAnswer) return fields;
    if (this.#asked.size >= MAX_PENDING_CALLS) return new CallFailureAnswer("unavailable");
    const number = ++this.#number;
    const message: Call = {
      number,
      entity: ref,
      name,
      args: Buffer.from(encodeArguments(fields, args)),
      hops: 0,
      asker: self,
    };
    if (!links.send(route.server, { $case: "call", value: message })) return new CallFailureAnswer("unavailable");
    this.#asked.set(number, { server: route.server, deadlineMs: clock.nowMs() + CALL_DEADLINE_MS, resolve });
    return new AnsweredElsewhere(route.server);
  }

  /** A call for an entity that has left: it follows, the answer goes straight to whoever asked. */
  #passOn(message: Call): AnsweredElsewhere | CallFailureAnswer {
    const { self, links, routeOf } = this.#options;
    const route = routeOf(message.entity as EntityId);
    if (route === undefined || route.server === self) return new CallFailureAnswer("gone");
    if (message.hops >= MAX_HOPS) return new CallFailureAnswer("unavailable");
    const isSent = links.send(route.server, { $case: "call", value: { ...message, hops: message.hops + 1 } });
    return isSent ? new AnsweredElsewhere(route.server) : new CallFailureAnswer("unavailable");
  }

  #reply({ number, asker }: Call, outcome: CallOutcome): void {
    const value = outcome.ok ? jsonOf(outcome.value) : undefined;
    const answer: CallAnswer =
      value !== undefined
        ? { number, ok: true, value }
        : { number, ok: false, value: outcome.ok ? "failed" : outcome.reason };
    // The entity may have come to whoever asked for it.
    if (asker === this.#options.self) this.receiveAnswer(answer);
    // An answer that can't be sent is an outcome that nobody knows: the asker's link or deadline says so.
    else this.#options.links.send(asker, { $case: "callAnswer", value: answer });
  }

  #giveUp(number: number, asked: Asked): void {
    this.#asked.delete(number);
    asked.resolve({ ok: false, reason: "unknown" });
  }
}

function jsonOf(value: Json): string | undefined {
  try {
    const json = JSON.stringify(value) ?? "null";
    return json.length <= MAX_ANSWER_CHARS ? json : undefined;
  } catch {
    return undefined;
  }
}

function valueFrom(json: string): CallOutcome {
  try {
    return { ok: true, value: JSON.parse(json) as Json };
  } catch {
    return { ok: false, reason: "unknown" };
  }
}

function failureFrom(name: string): CallFailure {
  return FAILURES.has(name) ? (name as CallFailure) : "failed";
}
