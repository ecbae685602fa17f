import { PerformanceObserver } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import type { ByteChannel, ChannelTransport } from "@ows/mesh-runtime";
import type { PhaseTimes } from "@ows/zone-server";

export type PhaseCost = { readonly ms: number; readonly times: number };

export type CpuReport = {
  readonly seconds: number;
  /** CPU of the main thread. */
  readonly threadMs: number;
  /** CPU of all threads: the collector's helpers too. */
  readonly processMs: number;
  /** CPU of the main thread by phase; what runs outside of bursts is in none. */
  readonly phases: Readonly<Record<string, PhaseCost>>;
  readonly gc: { readonly count: number; readonly ms: number };
  /** Bytes that were allocated on the JavaScript heap, reckoned from the ticks without a collection. */
  readonly allocatedBytes: number;
};

/** The phase of bytes that come, until it is known what they were. */
const READ = "read";
/** A longer difference between wall and CPU time is the machine's, which gave the core to somebody else. */
const PREEMPTED_MS = 0.02;

/**
 * Books the CPU of this process's main thread by phase. The clock of a phase is cheap and shows wall time; around each
 * burst of work – a tick, a piece of what a socket gave – the thread's CPU is read, and a burst that was interrupted is
 * booked at what it really took.
 */
export class CpuLedger {
  #times: PhaseTimes | undefined;
  readonly #seen = new Map<string, PhaseCost>();
  readonly #phases = new Map<string, PhaseCost>();
  /** Of the burst under way, by kind of message. */
  readonly #read = new Map<string, { ms: number; times: number }>();
  #readMs = 0;
  /** Waiting to be written, by what it was queued for. */
  readonly #queued = new Map<string, { bytes: number; times: number }>();
  readonly #collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      this.#gc.count++;
      this.#gc.ms += duration;
    }
  });
  #gc = { count: 0, ms: 0 };
  #heap = { last: 0, grown: 0, samples: 0, usable: 0 };
  #since = this.#now();

  constructor() {
    this.#collections.observe({ entryTypes: ["gc"] });
  }

  /** Phases are those of `times`. What was before is not booked. */
  follow(times: PhaseTimes): void {
    this.#times = times;
    this.#book(0);
    this.take();
  }

  /** A piece of what a socket gave. */
  read(work: () => void): void {
    this.burst(READ, work);
  }

  burst(phase: string, work: () => void): void {
    const times = this.#times;
    if (times === undefined) {
      work();
      return;
    }
    const [cpuMs, beganMs] = [threadMs(), performance.now()];
    times.during(phase, work);
    const [spentMs, wallMs] = [threadMs() - cpuMs, performance.now() - beganMs];
    this.#book(wallMs - spentMs > PREEMPTED_MS ? spentMs / wallMs : 1);
  }

  /** What this burst read since the mark before was a message of this kind. */
  markRead(kind: string): void {
    const times = this.#times;
    if (times === undefined) return;
    times.during(READ, () => {});
    const readMs = times.spent.get(READ)?.ms ?? 0;
    const cost = this.#read.get(kind) ?? { ms: 0, times: 0 };
    cost.ms += readMs - this.#readMs;
    cost.times++;
    this.#read.set(kind, cost);
    this.#readMs = readMs;
  }

  /** Bytes are queued for whatever is under way. */
  queued(bytes: number): void {
    const name = `${this.#times?.current ?? "nothing"}: write`;
    const queued = this.#queued.get(name) ?? { bytes: 0, times: 0 };
    this.#queued.set(name, { bytes: queued.bytes + bytes, times: queued.times + 1 });
  }

  /** What is queued goes out between this call and the next one of what it answers. */
  flushing(): () => void {
    const [cpuMs, beganMs] = [threadMs(), performance.now()];
    return () => {
      const wallMs = performance.now() - beganMs;
      const spentMs = threadMs() - cpuMs;
      const ms = wallMs - spentMs > PREEMPTED_MS ? spentMs : wallMs;
      const total = [...this.#queued.values()].reduce((sum, { bytes }) => sum + bytes, 0);
      for (const [name, { bytes, times }] of this.#queued) this.#add(name, (ms * bytes) / total, times);
      this.#queued.clear();
    };
  }

  /** Once a tick. */
  sampleHeap(): void {
    const { used_heap_size: used } = getHeapStatistics();
    const grown = used - this.#heap.last;
    this.#heap.last = used;
    this.#heap.samples++;
    // A collection came in between.
    if (grown < 0) return;
    this.#heap.usable++;
    this.#heap.grown += grown;
  }

  /** What happened since the last time. */
  take(): CpuReport {
    const now = this.#now();
    const { grown, samples, usable } = this.#heap;
    const report: CpuReport = {
      seconds: (now.atMs - this.#since.atMs) / 1_000,
      threadMs: now.threadMs - this.#since.threadMs,
      processMs: now.processMs - this.#since.processMs,
      phases: Object.fromEntries([...this.#phases].map(([name, cost]) => [name, { ...cost }])),
      gc: this.#gc,
      allocatedBytes: usable === 0 ? 0 : (grown * samples) / usable,
    };
    this.#phases.clear();
    this.#gc = { count: 0, ms: 0 };
    this.#heap = { last: this.#heap.last, grown: 0, samples: 0, usable: 0 };
    this.#since = this.#now();
    return report;
  }

  #book(share: number): void {
    for (const [kind, { ms, times }] of this.#read) this.#add(`read ${kind}`, ms * share, times);
    this.#read.clear();
    this.#readMs = this.#times?.spent.get(READ)?.ms ?? 0;
    for (const [name, { ms, times }] of this.#times?.spent ?? []) {
      const seen = this.#seen.get(name) ?? { ms: 0, times: 0 };
      if (times === seen.times && ms === seen.ms) continue;
      this.#seen.set(name, { ms, times });
      // What was read is booked by kind.
      if (name !== READ) this.#add(name, (ms - seen.ms) * share, times - seen.times);
    }
  }

  #add(name: string, ms: number, times: number): void {
    const cost = this.#phases.get(name) ?? { ms: 0, times: 0 };
    this.#phases.set(name, { ms: cost.ms + ms, times: cost.times + times });
  }

  #now() {
    const { user, system } = process.cpuUsage();
    return { atMs: performance.now(), threadMs: threadMs(), processMs: (user + system) / 1_000 };
  }
}

/** Channels whose reads are bursts, and whose writes are booked to what was written for, by its bytes. */
export function bookedChannels(inner: ChannelTransport, ledger: CpuLedger): ChannelTransport {
  return {
    listen: (address, onChannel) => inner.listen(address, (channel) => onChannel(booked(channel, ledger))),
    connect: async (address, signal) => booked(await inner.connect(address, signal), ledger),
  };
}

function booked(channel: ByteChannel, ledger: CpuLedger): ByteChannel {
  let isWaiting = false;
  let flushed = () => {};
  return {
    kind: channel.kind,
    remote: channel.remote,
    get unsentBytes() {
      return channel.unsentBytes;
    },
    write(bytes) {
      ledger.queued(bytes.length);
      if (isWaiting) {
        channel.write(bytes);
        return;
      }
      // The channel writes in a microtask of its own, which comes between these two.
      isWaiting = true;
      queueMicrotask(() => {
        flushed = ledger.flushing();
      });
      channel.write(bytes);
      queueMicrotask(() => {
        isWaiting = false;
        flushed();
      });
    },
    end: () => channel.end(),
    destroy: () => channel.destroy(),
    attach: ({ onBytes, onClose }) =>
      channel.attach({ onBytes: (bytes) => ledger.read(() => onBytes(bytes)), onClose }),
  };
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
