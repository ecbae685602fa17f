import { BoundedQueue } from "@ows/base";
import { ServiceError } from "@ows/service-kit";

/** Lets so many tasks run at once and so many wait; a further one is refused as `busy`. */
export class WorkLimit {
  readonly #waiting: BoundedQueue<() => void> | undefined;
  #free: number;

  constructor(atOnce: number, waiting: number) {
    this.#free = atOnce;
    this.#waiting = waiting > 0 ? new BoundedQueue(waiting) : undefined;
  }

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await this.#turn();
    try {
      return await task();
    } finally {
      const next = this.#waiting?.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting?.push(resolve)) return;
      reject(new ServiceError("busy", "Too many players log in at this moment. Please try again."));
    });
  }
}
