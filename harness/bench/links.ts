import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type ChannelAddress, hostChannels, type Link, linkTransport } from "@ows/mesh-runtime";
import { type Hello, LINK_PROTOCOL_VERSION } from "@ows/protocol/mesh";
import { distributionOf } from "./histogram.ts";
import { OracleFailed, type Workload } from "./workload.ts";

/** A round of each kind, in turns, so that what else the machine does falls on both. */
const ROUNDS = 12;
const PINGS_PER_ROUND = 1_500;
/** As a tick's ghosts to one neighbour: sent at once, then waited for. */
const BATCHES_PER_ROUND = 150;
const BATCH = { messages: 16, bytes: 1_200 };
const PING_BYTES = 200;

type Kind = "unix" | "tcp";

/** What a link between two processes of one machine costs over a Unix socket and over TCP, in one run. */
export const links: Workload = {
  id: "links",
  about: "Link between two processes: round trip in µs and CPU of both ends per message, Unix socket beside TCP",
  async run() {
    await using far = await FarEnd.start();
    const kinds = { unix: await far.link("unix"), tcp: await far.link("tcp") };
    const samples = { unix: emptySamples(), tcp: emptySamples() };
    for (const kind of ["unix", "tcp"] as const) await round(kinds[kind], far, emptySamples());
    for (let i = 0; i < ROUNDS; i++) {
      for (const kind of i % 2 === 0 ? (["unix", "tcp"] as const) : (["tcp", "unix"] as const)) {
        await round(kinds[kind], far, samples[kind]);
      }
    }
    const [unix, tcp] = [figuresOf(samples.unix), figuresOf(samples.tcp)];
    const unixByTcp = {
      roundTripP50: unix.roundTripUs.p50 / tcp.roundTripUs.p50,
      pingCpu: unix.pingCpuUs.p50 / tcp.pingCpuUs.p50,
      batchCpu: unix.batchCpuUsPerMessage.p50 / tcp.batchCpuUsPerMessage.p50,
    };
    const figures = { pingBytes: PING_BYTES, batch: BATCH, unix, tcp, unixByTcp };
    const carriers = Object.entries(kinds).filter(([kind, link]) => link.kind !== kind);
    if (carriers.length > 0) throw new OracleFailed([`a link that should be ${carriers[0]?.[0]} is not`], figures);
    return figures;
  },
};

export function linkHello(role: string): Hello {
  return {
    ...{ protocolVersion: LINK_PROTOCOL_VERSION, role, customerGuid: "bench", zoneInstanceId: 1, incarnation: role },
    ...{ credential: "", schemaHash: 0, components: [], pid: process.pid },
  };
}

type Samples = { readonly roundTripUs: number[]; readonly pingCpuUs: number[]; readonly batchCpuUs: number[] };

function emptySamples(): Samples {
  return { roundTripUs: [], pingCpuUs: [], batchCpuUs: [] };
}

function figuresOf({ roundTripUs, pingCpuUs, batchCpuUs }: Samples) {
  return {
    roundTripUs: distributionOf(roundTripUs),
    /** Both ends, one message there and one back: a sample per round. */
    pingCpuUs: distributionOf(pingCpuUs),
    batchCpuUsPerMessage: distributionOf(batchCpuUs),
  };
}

async function round(link: Link, far: FarEnd, samples: Samples): Promise<void> {
  const echo = new Echo(link);
  const ping = new Uint8Array(PING_BYTES);
  const beforePings = await far.cpuUs();
  for (let i = 0; i < PINGS_PER_ROUND; i++) {
    const sentMs = performance.now();
    await echo.back(ping, 1);
    samples.roundTripUs.push((performance.now() - sentMs) * 1_000);
  }
  const afterPings = await far.cpuUs();
  const message = new Uint8Array(BATCH.bytes);
  for (let i = 0; i < BATCHES_PER_ROUND; i++) await echo.back(message, BATCH.messages);
  const afterBatches = await far.cpuUs();
  samples.pingCpuUs.push((afterPings - beforePings) / PINGS_PER_ROUND);
  samples.batchCpuUs.push((afterBatches - afterPings) / (BATCHES_PER_ROUND * BATCH.messages));
}

/** Sends messages and waits until all are back. */
class Echo {
  readonly #link: Link;
  #awaited = 0;
  #resolve: () => void = () => {};

  constructor(link: Link) {
    this.#link = link;
    link.onBulk(() => {
      if (--this.#awaited === 0) this.#resolve();
    });
  }

  back(message: Uint8Array, count: number): Promise<void> {
    this.#awaited = count;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resolve = resolve;
    for (let i = 0; i < count; i++) {
      if (!this.#link.sendBulk(message)) throw new Error("the link does not take what it should");
    }
    return promise;
  }
}

/** The other process. */
class FarEnd implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #address: ChannelAddress;

  private constructor(child: ChildProcess, address: ChannelAddress) {
    this.#process = child;
    this.#address = address;
  }

  static async start(): Promise<FarEnd> {
    const child = fork(join(import.meta.dirname, "echo-link-process.ts"));
    const [address] = await once(child, "message");
    return new FarEnd(child, address);
  }

  link(kind: Kind): Promise<Link> {
    const { host, port, socketPath } = this.#address;
    return linkTransport(hostChannels()).connect({
      address: { host, port, socketPath: kind === "unix" ? socketPath : undefined },
      hello: linkHello("zone-server"),
      peerRoles: ["coordinator"],
    });
  }

  /** Of both processes together since they started, in microseconds. */
  async cpuUs(): Promise<number> {
    const answer = once(this.#process, "message");
    this.#process.send("cpu");
    const [far] = (await answer) as [NodeJS.CpuUsage];
    const near = process.cpuUsage();
    return far.user + far.system + near.user + near.system;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#process, "exit");
    this.#process.disconnect();
    await gone;
  }
}
