/** How the state of an entity is told again when little has changed. `S` is whatever the runtime makes entities from. */
export type StateCodec<S> = {
  /** What `after` has that `before` has not. */
  readonly diff: (before: S, after: S) => S;
  /** `after` again; `undefined` when `delta` is not a difference from `before`. */
  readonly patch: (before: S, delta: S) => S | undefined;
};
