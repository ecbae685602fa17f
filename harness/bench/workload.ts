/** What was measured disagrees with what must be: the figures are kept, and the run fails. */
export class OracleFailed extends Error {
  override readonly name = "OracleFailed";
  readonly figures: Readonly<Record<string, unknown>>;

  constructor(mistakes: readonly string[], figures: Readonly<Record<string, unknown>>) {
    super(mistakes.join("\n"));
    this.figures = figures;
  }
}

/** What a run is asked for; a workload takes of it what it knows, and has its own values for the rest. */
export type RunOptions = {
  readonly seed: number;
  /** Measured time, warm-up apart. */
  readonly seconds?: number;
  readonly clients?: number;
  readonly entities?: number;
  readonly tickHz?: number;
};

/** One line of the table that is printed for people. */
export type Row = {
  readonly metric: string;
  readonly measured: string;
  readonly target?: string | undefined;
  /** Samples it rests on. */
  readonly n?: number | undefined;
};

export type Figures = Readonly<Record<string, unknown>>;

/** One thing to measure. Figures are plain data; `run` throws when an oracle does not hold. */
export type Workload = {
  readonly id: string;
  readonly about: string;
  readonly run: (options: RunOptions) => Promise<Figures>;
  /** The figures that matter, beside their targets. */
  readonly rows?: (figures: Figures) => readonly Row[];
};
