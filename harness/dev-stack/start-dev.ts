import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

export type DevOptions = {
  /** First port; services take the next four, zone servers from the tenth on. Four digits, as OWS wants ports. */
  readonly portBase: number;
  readonly bots?: number;
  /** How many zone servers share Meadow; as many as a user gets when not given. */
  readonly servers?: number;
  /** Every entity changes servers each second. */
  readonly storm?: boolean;
  /** A game module instead of the demo. */
  readonly game?: string;
  /** Kept when given; otherwise a new one that is removed at the end. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Build the demo and the dashboard first; most tests need neither. */
  readonly pages?: boolean;
  readonly readyWithinMs?: number;
};

/** `ows dev` as a child process, the way a user starts it. */
export type DevStack = AsyncDisposable & {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly portBase: number;
  readonly dataDir: string;
  readonly customerGuid: string;
  readonly publicApi: string;
  readonly instanceManagement: string;
  readonly characterPersistence: string;
  readonly globalData: string;
  readonly management: string;
  readonly readyAfterMs: number;
  /** Everything it has printed. */
  output(): string;
  /** Sends a signal and waits for the end of the process. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

export const DEV_ENCRYPTION_KEY = "test encryption key";
/** Lets a test mint the credentials of services and zone servers. */
export const DEV_SERVICE_SECRET = "the secret of stacks that are started by tests";

export async function startDev(options: DevOptions): Promise<DevStack> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "ows-dev-")));
  const args = ["--port-base", String(options.portBase), "--bots", String(options.bots ?? 0), "--data-dir", dataDir];
  if (options.servers !== undefined) args.push("--servers", String(options.servers));
  if (options.storm === true) args.push("--storm");
  if (options.game !== undefined) args.push("--game", options.game);
  if (options.pages !== true) args.push("--no-pages");
  const startedMs = performance.now();
  const child = spawn(process.execPath, [join(ROOT, "bin/ows.mjs"), "dev", ...args], {
    cwd: ROOT,
    env: {
      ...process.env,
      OWS_ENCRYPTION_KEY: DEV_ENCRYPTION_KEY,
      OWS_SERVICE_SECRET: DEV_SERVICE_SECRET,
      NO_COLOR: "1",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const exited = new Promise<number | null>((done) => child.once("exit", (code) => done(code)));
  const ready = new Promise<void>((done) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (/\bready\b.* in \d/i.test(output)) done();
      });
    }
  });
  const deadline = AbortSignal.timeout(options.readyWithinMs ?? 60_000);
  const failed = new Promise<never>((_, fail) => {
    deadline.addEventListener("abort", () => fail(new Error(`ows dev did not become ready:\n${output}`)));
    void exited.then((code) => fail(new Error(`ows dev ended with ${code} before it was ready:\n${output}`)));
  });
  const stop = async (signal: NodeJS.Signals = "SIGINT") => {
    child.kill(signal);
    return exited;
  };
  try {
    await Promise.race([ready, failed]);
  } catch (error) {
    await stop("SIGKILL");
    throw error;
  }
  failed.catch(() => {});
  const url = (offset: number) => `http://127.0.0.1:${options.portBase + offset}`;
  const customerGuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(output)?.[0] ?? "";
  return {
    child,
    pid: child.pid as number,
    portBase: options.portBase,
    dataDir,
    customerGuid,
    publicApi: url(0),
    instanceManagement: url(1),
    characterPersistence: url(2),
    globalData: url(3),
    management: url(4),
    readyAfterMs: performance.now() - startedMs,
    output: () => output,
    stop,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await stop();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
