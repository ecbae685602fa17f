/**
 * How a copy is kept up to date: the target puts differences, which the source makes, on what it was told before.
 * `undefined`: it can't be put on this.
 */
export type ApplyDelta<S> = (before: S, delta: S) => S | undefined;
