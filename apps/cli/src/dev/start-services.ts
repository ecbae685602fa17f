import { MemoryBroker, MemoryBus, serveBroker } from "@ows/bus";
import { createLogger, type LogLevel } from "@ows/service-kit";
import { systemClock } from "@ows/services/system-clock.ts";
import type { Store } from "@ows/store";
import { SERVICE_NAMES, startService } from "../services.ts";
import type { LogFile } from "./log-file.ts";

export type StartedServices = AsyncDisposable & {
  /** Where other processes of this machine reach the bus. */
  readonly busPort: number;
  readonly names: readonly string[];
};

type Parts = {
  readonly env: Readonly<Record<string, string>>;
  readonly store: Store;
  readonly secret: string;
  readonly log: LogFile;
  readonly level: LogLevel;
};

/** Starts the bus and every service in this process. What did start is stopped when another can't. */
export async function startServices({ env, store, secret, log, level }: Parts): Promise<StartedServices> {
  await using stack = new AsyncDisposableStack();
  const loggerFor = (name: string) => createLogger({ name, level, destination: log });
  const broker = new MemoryBroker((error) => loggerFor("bus").error({ err: error }, "a message was not handled"));
  const server = stack.use(await serveBroker({ broker, secret, port: 0 }));
  const bus = stack.use(new MemoryBus(broker));
  const parts = { env, store, bus, clock: systemClock, loggerFor };
  for (const name of SERVICE_NAMES) stack.use(await startService(name, parts));
  const owned = stack.move();
  return { busPort: server.port, names: SERVICE_NAMES, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
