import { backoffMs, type Prng } from "@ows/base";
import { CallError, callEndpoint, instanceManagement, LAUNCHER_HEADER, mesh } from "@ows/protocol/http";
import { serviceCredential } from "@ows/protocol/ticket";
import type { Logger } from "@ows/service-kit";
import type { ChildExit } from "../children/zone-child.ts";
import type { LauncherSettings } from "../settings.ts";
import { pause } from "./pause.ts";

const RETRY = { firstMs: 100, maxMs: 5_000 };
const CALL_TIMEOUT_MS = 5_000;
/** After this long instance-management has learned of an exit from the heartbeat. */
const EXIT_REPORT_TRIES = 8;

export interface RunningChild {
  readonly zoneInstanceId: number;
  readonly pid: number;
  readonly state: string;
}

/** What a launcher says to instance-management. */
export class WorldServer {
  readonly #settings: LauncherSettings;
  readonly #launcherGuid: string;
  readonly #prng: Prng;
  readonly #logger: Logger;

  constructor(settings: LauncherSettings, launcherGuid: string, prng: Prng, logger: Logger) {
    this.#settings = settings;
    this.#launcherGuid = launcherGuid;
    this.#prng = prng;
    this.#logger = logger;
  }

  /** Registers and starts, again and again until both were accepted. Rejects when `signal` aborts. */
  async enter(signal: AbortSignal): Promise<number> {
    for (let attempt = 0; ; attempt++) {
      signal.throwIfAborted();
      const refusal = await this.#register(signal);
      const worldServerId = refusal === undefined ? await this.#start(signal) : -1;
      if (worldServerId > 0) return worldServerId;
      const reason = refusal ?? "it was not started";
      this.#logger.warn({ reason, attempt }, "not registered with instance-management yet");
      await pause(backoffMs(attempt, this.#prng, RETRY), signal);
    }
  }

  /** Whether instance-management still counts on this launcher; `undefined` when it can't be reached. */
  async beat(worldServerId: number, instances: RunningChild[], signal: AbortSignal): Promise<boolean | undefined> {
    try {
      const answer = await callEndpoint(mesh.launcherHeartbeat, {
        ...this.#call(signal),
        body: { worldServerId, instances },
      });
      return answer.success;
    } catch (error) {
      this.#logger.warn({ reason: reasonOf(error) }, "no answer to a heartbeat");
      return undefined;
    }
  }

  /** Tells that a child is gone; tries again for a while when nobody answers. */
  async reportExit(zoneInstanceId: number, exit: ChildExit, signal: AbortSignal): Promise<void> {
    const { pid, exitCode, signal: endedBy, reason } = exit;
    for (let attempt = 0; attempt < EXIT_REPORT_TRIES && !signal.aborted; attempt++) {
      try {
        const body = { zoneInstanceId, pid, exitCode, signal: endedBy, reason };
        await callEndpoint(mesh.reportExit, { ...this.#call(signal), body });
        return;
      } catch (error) {
        this.#logger.warn({ zoneInstanceId, reason: reasonOf(error) }, "an exit could not be reported");
        await pause(backoffMs(attempt, this.#prng, RETRY), signal).catch(() => {});
      }
    }
  }

  /** Says goodbye, for a moment: what is not heard is learned from the missing heartbeat. */
  async leave(worldServerId: number, timeoutMs: number): Promise<void> {
    try {
      await callEndpoint(instanceManagement.shutDownInstanceLauncher, {
        ...this.#call(),
        timeoutMs,
        body: { request: { worldServerID: worldServerId } },
      });
    } catch (error) {
      this.#logger.warn({ reason: reasonOf(error) }, "the launcher's end could not be told");
    }
  }

  async #register(signal: AbortSignal): Promise<string | undefined> {
    const { serverIp, internalServerIp, maxInstances, startingPort } = this.#settings;
    try {
      const answer = await callEndpoint(instanceManagement.registerLauncher, {
        ...this.#call(signal),
        body: {
          request: {
            launcherGUID: this.#launcherGuid,
            serverIP: serverIp,
            maxNumberOfInstances: maxInstances,
            internalServerIP: internalServerIp,
            startingInstancePort: startingPort,
          },
        },
      });
      return answer.success ? undefined : (answer.errorMessage ?? "refused without a reason");
    } catch (error) {
      return reasonOf(error);
    }
  }

  async #start(signal: AbortSignal): Promise<number> {
    try {
      return await callEndpoint(instanceManagement.startInstanceLauncher, this.#call(signal));
    } catch (error) {
      this.#logger.warn({ reason: reasonOf(error) }, "the launcher could not be started");
      return -1;
    }
  }

  #call(signal?: AbortSignal) {
    const { instanceManagementUrl, customerGuid, serviceSecret } = this.#settings;
    return {
      baseUrl: instanceManagementUrl,
      customerGuid,
      credential: serviceCredential(serviceSecret),
      headers: { [LAUNCHER_HEADER]: this.#launcherGuid },
      timeoutMs: CALL_TIMEOUT_MS,
      ...(signal === undefined ? {} : { signal }),
    };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof CallError) return error.message;
  throw error;
}
