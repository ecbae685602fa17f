import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { customerGuid, fixtureEntry, secret, type TestStack } from "./test-stack.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A launcher as a program of its own. */
export class LauncherProcess implements AsyncDisposable {
  readonly process: ChildProcess;

  constructor(stack: TestStack, env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(process.execPath, [main], {
      stdio: "ignore",
      env: {
        ...process.env,
        OWS_CUSTOMER_GUID: customerGuid,
        OWS_SERVICE_SECRET: secret,
        OWS_INSTANCE_MANAGEMENT_URL: stack.instances.url,
        OWS_BUS_PORT: String(stack.brokerServer.port),
        OWS_DATA_DIR: stack.dataDir,
        OWS_ZONE_ENTRY: fixtureEntry,
        OWS_STOP_GRACE_MS: "500",
        OWS_LAUNCHER_HEARTBEAT_MS: "200",
        ...env,
      },
    });
  }

  /** Ends it and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { exitCode, signalCode } = this.process;
    if (exitCode !== null || signalCode !== null) return exitCode;
    const exited = once(this.process, "exit");
    this.process.kill(signal);
    await exited;
    return this.process.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGTERM");
  }
}
