type Waiting<T, A> = {
  readonly item: T;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
};

/** Gathers what is asked in one turn or while a request is under way: the more there is, the fewer requests it takes. */
export class Batches<T, A> {
  readonly #send: (items: readonly T[]) => Promise<readonly A[]>;
  readonly #most: number;
  #waiting: Waiting<T, A>[] = [];
  #isSending = false;

  /** @param send answers each item, in their order. What it throws, everybody of the batch is told. */
  constructor(most: number, send: (items: readonly T[]) => Promise<readonly A[]>) {
    this.#most = most;
    this.#send = send;
  }

  add(item: T): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isSending) void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#sendBatch(this.#waiting.splice(0, this.#most));
    this.#isSending = false;
  }

  async #sendBatch(batch: readonly Waiting<T, A>[]): Promise<void> {
    try {
      const answers = await this.#send(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, i) => {
        const answer = answers[i];
        if (answer === undefined) reject(new Error(`${answers.length} answers to ${batch.length} questions`));
        else resolve(answer);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
