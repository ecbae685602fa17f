import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PortTakenError, readSettings, SettingsError } from "@ows/service-kit";
import { databaseFile } from "@ows/services/run-service.ts";
import { openSqliteStore, type SeedStep, type SqliteStore, StoreError, seedDevelopment } from "@ows/store";
import type { CommandIo } from "../command.ts";
import { buildPages, type PagesOutcome } from "./build-pages.ts";
import { checkPorts } from "./check-ports.ts";
import { checkRoom } from "./check-room.ts";
import { DevChildren } from "./dev-children.ts";
import { devEnvironment, HOME_ZONE, serviceUrls } from "./dev-environment.ts";
import { DevError } from "./dev-error.ts";
import type { DevOptions } from "./dev-options.ts";
import { devSecret } from "./dev-secret.ts";
import { devSettings } from "./dev-settings.ts";
import { endLeftovers, waitForOwnPort } from "./leftovers.ts";
import { LogFile } from "./log-file.ts";
import { planPorts, servicePorts } from "./port-plan.ts";
import { descendantsOf, signalProcess } from "./processes.ts";
import { Progress } from "./progress.ts";
import { readyText } from "./ready-text.ts";
import { RunLock } from "./run-lock.ts";
import { gameSite, type Site, sites } from "./sites.ts";
import { startServices } from "./start-services.ts";
import { StopSignal } from "./stop-signal.ts";
import { waitForZone } from "./wait-for-zone.ts";

/** Whatever keeps the process alive after everything was stopped ends with it. */
const EXIT_AFTER_MS = 50;
const ZONE_READY_WITHIN_MS = 25_000;
/** Processes that start side by side wait for the same few cores. */
const EACH_FURTHER_SERVER_MS = 3_000;
const nowMs = () => performance.now();

/** `ows dev`: starts everything, waits to be told to stop, stops everything. Answers the exit code. */
export async function runDev(options: DevOptions, io: CommandIo): Promise<number> {
  using stop = new StopSignal(nowMs, forceEnd);
  const write = (text: string) => process.stdout.write(text);
  const isTerminal = process.stdout.isTTY === true;
  const progress = new Progress({ write, nowMs, isTerminal, isStopping: () => stop.signal.aborted });
  const stack = new AsyncDisposableStack();
  let exitCode = 0;
  try {
    await start(options, { io, progress, stack, signal: stop.signal });
    await stop.wait();
  } catch (error) {
    if (!stop.signal.aborted) {
      exitCode = 1;
      io.err(isForThePerson(error) ? `ows dev: ${error.message}` : `ows dev: ${inspectError(error)}`);
    }
  }
  const stoppingAtMs = nowMs();
  if (exitCode === 0) io.out("\nStopping: players are saved, then everything closes. Ctrl-C again to kill.");
  await stack.disposeAsync();
  if (exitCode === 0) io.out(`Stopped in ${((nowMs() - stoppingAtMs) / 1000).toFixed(1)} s; nothing is left running.`);
  setTimeout(() => process.exit(exitCode), EXIT_AFTER_MS).unref();
  return exitCode;
}

type Run = {
  readonly io: CommandIo;
  readonly progress: Progress;
  /** Everything that was started, to be stopped in the opposite order. */
  readonly stack: AsyncDisposableStack;
  readonly signal: AbortSignal;
};

async function start(options: DevOptions, { io, progress, stack, signal }: Run): Promise<void> {
  const startedAtMs = nowMs();
  const { dataDir, customerGuid } = options;
  const settings = readSettings(devSettings, io.env);
  const ports = planPorts(options.portBase);
  const urls = serviceUrls(ports);
  const logs = join(dataDir, "logs");
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const lock = stack.use(RunLock.take(dataDir, new Date().toISOString()));
  io.out(`OWS Mesh development server, customer ${customerGuid}\n`);
  if (options.game !== undefined) await checkGround(options.game, options.servers);
  const gamePage = gameSite(options.game, dataDir);
  const pagesLog = join(logs, "pages.log");
  // Vite gets the second core while the services start on the first.
  const pages = options.buildPages
    ? buildPages(sitesOf(gamePage), pagesLog, signal)
    : Promise.resolve({ built: [], failed: [] });
  pages.catch(() => {});
  await progress.step(
    "ports",
    async () => {
      const ended = await endLeftovers(lock.leftovers, nowMs);
      await checkPorts(servicePorts(ports));
      // With the services' ports free, a zone server that has the first one is an earlier run's and about to end.
      await waitForOwnPort(ports.firstZone, nowMs);
      await checkPorts([{ name: "the first zone server", port: ports.firstZone }]);
      return ended;
    },
    (ended) => (ended === 0 ? "free" : `free, after ${ended} processes of an earlier run were stopped`),
  );
  const secret = settings.serviceSecret === "" ? devSecret(dataDir) : settings.serviceSecret;
  const env = devEnvironment({ given: io.env, options, ports, secret, sites, gamePage });
  const log = stack.use(new LogFile(join(logs, "services.log"), (sentence) => progress.say(`! ${sentence}`)));
  const store = await progress.step("store", () => openStore(options, stack), describeStore);
  const level = settings.logLevel;
  const services = await progress.step(
    "services",
    async () => stack.use(await startServices({ env, store: store.store, secret, log, level })),
    ({ names }) => `${names.length} listen`,
  );
  signal.throwIfAborted();
  const children = stack.use(
    new DevChildren({ options, env, ports, logs, lock, nowMs, say: (s) => progress.say(`! ${s}`) }),
  );
  const zoneServers = await progress.step(
    "launcher",
    () => {
      children.startLauncher(services.busPort);
      return waitForZone({
        instanceManagementUrl: urls.instanceManagement,
        customerGuid,
        secret,
        zoneName: HOME_ZONE,
        servers: options.servers,
        withinMs: ZONE_READY_WITHIN_MS + (options.servers - 1) * EACH_FURTHER_SERVER_MS,
        nowMs,
        signal,
      });
    },
    (ready) =>
      ready.length === 1
        ? `runs, and ${HOME_ZONE} is ready on port ${ready[0]?.port}`
        : `runs, and ${ready.length} servers share ${HOME_ZONE}`,
  );
  const { failed } = await progress.step("pages", () => pages, describePages);
  if (failed.length > 0) progress.say(`! ${failed.join(" and ")} could not be built; ${pagesLog} says why`);
  if (options.bots > 0)
    await progress.step(
      "bots",
      () => children.startBots(),
      () => `${options.bots} set out`,
    );
  const seconds = (nowMs() - startedAtMs) / 1000;
  io.out(readyText({ options, urls, hasGamePage: gamePage !== undefined, zoneServers, cwd: io.cwd, seconds }));
}

type OpenedStore = { readonly store: SqliteStore; readonly seeded: readonly SeedStep[] };

async function openStore(
  { dataDir, customerGuid, game }: DevOptions,
  stack: AsyncDisposableStack,
): Promise<OpenedStore> {
  const store = stack.use(await openSqliteStore({ file: databaseFile(dataDir) }));
  const seeded = await seedDevelopment(store, { customerGuid });
  if (game !== undefined) await addPlayerClass(store, customerGuid, game);
  return { store, seeded };
}

/** Characters are made of classes that the database knows, so the game's own must be there. */
async function addPlayerClass(store: SqliteStore, customerGuid: string, game: string): Promise<void> {
  const { loadGame } = await import("@ows/zone-server");
  const { definition } = await loadGame(game);
  await store.templates.addClass(customerGuid, { className: definition.player.name, startingZoneName: HOME_ZONE });
}

/** Before anything starts: a zone that is too small to be shared would only be found out when its servers are up. */
async function checkGround(game: string, servers: number): Promise<void> {
  const { loadGame } = await import("@ows/zone-server");
  const { zones } = (await loadGame(game)).definition;
  checkRoom(HOME_ZONE, (zones[HOME_ZONE] ?? zones.default).bounds, servers);
}

function sitesOf(gamePage: Site | undefined): readonly Site[] {
  return [...Object.values(sites), ...(gamePage === undefined ? [] : [gamePage])];
}

function describeStore({ store, seeded }: OpenedStore): string {
  const added = seeded.filter((step) => step.done === "added").length;
  const schema = store.migrated.length === 0 ? "schema current" : `${store.migrated.length} migrations`;
  return `SQLite, ${schema}, ${added === 0 ? "data of earlier runs kept" : `${added} seeds planted`}`;
}

function describePages({ built, failed }: PagesOutcome): string {
  if (built.length > 0) return `${built.join(" and ")} built`;
  return failed.length > 0 ? "not built" : "built before";
}

/** The second Ctrl-C: ends this process and everything below it, saved or not. */
function forceEnd(): void {
  for (const info of descendantsOf(process.pid)) signalProcess(info.pid, "SIGKILL");
  process.exit(1);
}

function isForThePerson(error: unknown): error is Error {
  return (
    error instanceof DevError ||
    error instanceof SettingsError ||
    error instanceof PortTakenError ||
    error instanceof StoreError ||
    (error instanceof Error && error.name === "GameModuleError")
  );
}

function inspectError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
