import type { Clock } from "@ows/base";
import {
  emptyJoinState,
  type JoinEffect,
  type JoinEvent,
  type JoinOutcome,
  type JoinRequest,
  type JoinRules,
  type JoinState,
  joinDeadlineMs,
  stepJoins,
} from "@ows/world";

/** `setTimeout` takes no more. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export type JoinEffectHandler = (effect: Exclude<JoinEffect, { kind: "answer" }>) => void;

/** Drives the join rules of one customer: time, waiting callers, and effects handed on in order. */
export class CustomerJoins implements Disposable {
  readonly #clock: Clock;
  readonly #onEffect: JoinEffectHandler;
  readonly #callers = new Map<number, (outcome: JoinOutcome) => void>();
  readonly #events: JoinEvent[] = [];
  #state: JoinState;
  #isStepping = false;
  #nextJoinId = 1;
  #timer: NodeJS.Timeout | undefined;
  #isDisposed = false;

  constructor(rules: JoinRules, clock: Clock, onEffect: JoinEffectHandler) {
    this.#state = emptyJoinState(rules);
    this.#clock = clock;
    this.#onEffect = onEffect;
  }

  get state(): JoinState {
    return this.#state;
  }

  /** Applies an event now, or right after the one that is being applied. */
  dispatch(event: JoinEvent): void {
    if (this.#isDisposed) return;
    this.#events.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) this.#step(next);
    } finally {
      this.#isStepping = false;
      this.#arm();
    }
  }

  /** Resolves with the decision, within the rules' time. An abort withdraws the question and rejects. */
  join(request: Omit<JoinRequest, "joinId">, signal: AbortSignal): Promise<JoinOutcome> {
    if (this.#isDisposed) return Promise.resolve(stopping);
    const joinId = this.#nextJoinId++;
    return new Promise((resolve, reject) => {
      const withdraw = () => {
        this.#callers.delete(joinId);
        this.dispatch({ kind: "join-cancelled", joinId });
        reject(signal.reason);
      };
      if (signal.aborted) return withdraw();
      signal.addEventListener("abort", withdraw, { once: true });
      this.#callers.set(joinId, (outcome) => {
        signal.removeEventListener("abort", withdraw);
        resolve(outcome);
      });
      this.dispatch({ kind: "join", join: { ...request, joinId } });
    });
  }

  /** Answers everybody who waits: this process stops. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    for (const answer of this.#callers.values()) answer(stopping);
    this.#callers.clear();
  }

  #step(event: JoinEvent): void {
    const { state, effects } = stepJoins(this.#state, event, this.#clock.nowMs());
    this.#state = state;
    for (const effect of effects) {
      if (effect.kind === "answer") this.#answer(effect.joinId, effect.outcome);
      else this.#onEffect(effect);
    }
  }

  #answer(joinId: number, outcome: JoinOutcome): void {
    this.#callers.get(joinId)?.(outcome);
    this.#callers.delete(joinId);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const deadlineMs = joinDeadlineMs(this.#state);
    if (deadlineMs === undefined || this.#isDisposed) return;
    const delayMs = Math.min(MAX_TIMER_MS, Math.max(0, Math.ceil(deadlineMs - this.#clock.nowMs())));
    this.#timer = setTimeout(() => this.dispatch({ kind: "tick" }), delayMs);
    // Waiting for a zone to become idle is no reason to keep a process alive.
    this.#timer.unref();
  }
}

const stopping: JoinOutcome = { kind: "failed", code: "overloaded", message: "the service stops, try again" };
