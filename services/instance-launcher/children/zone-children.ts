import { randomUUID } from "node:crypto";
import { type Link, type LinkListener, linkTransport, tcpChannels } from "@ows/mesh-runtime";
import { type Hello, LINK_PROTOCOL_VERSION, type LinkBody } from "@ows/protocol/mesh";
import { verifyZoneCredential } from "@ows/protocol/ticket";
import type { Logger } from "@ows/service-kit";
import type { LauncherSettings } from "../settings.ts";
import { childEnvironment } from "./child-environment.ts";
import { ChildLogs } from "./child-logs.ts";
import { ChildRecords } from "./child-records.ts";
import { commandLine, isMapName, type SpinUpOrder } from "./command-line.ts";
import { type ChildExit, ZoneChild } from "./zone-child.ts";

const PING_EVERY_MS = 1_000;
/** A launcher that was itself asleep for longer can't judge its children. */
const OWN_STALL_MS = 500;

export interface ZoneChildrenParts {
  readonly settings: LauncherSettings;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
  readonly onExit: (zoneInstanceId: number, exit: ChildExit) => void;
}

/** Every zone server process of this launcher. Disposing it asks all to stop, and kills who does not. */
export class ZoneChildren implements AsyncDisposable {
  readonly #parts: ZoneChildrenParts;
  readonly #children = new Map<number, ZoneChild>();
  readonly #records: ChildRecords;
  readonly #logs: ChildLogs;
  #listener: LinkListener | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(parts: ZoneChildrenParts) {
    this.#parts = parts;
    this.#records = new ChildRecords(parts.settings.dataDir);
    this.#logs = new ChildLogs(parts.settings.dataDir, parts.settings);
  }

  /** Ends what a former launcher left, then is ready to start children. */
  async open(): Promise<void> {
    const { settings, logger } = this.#parts;
    await this.#records.stopLeftovers(settings.stopGraceMs, logger);
    this.#listener = await linkTransport(tcpChannels).listen({
      address: { host: "127.0.0.1", port: 0 },
      hello: launcherHello(settings.customerGuid),
      peerRoles: ["zone-server"],
      admit: (hello) => this.#admit(hello),
      onLink: (link) => this.#attach(link),
    });
    this.#watch();
  }

  list(): { readonly zoneInstanceId: number; readonly pid: number; readonly state: string }[] {
    return [...this.#children].map(([zoneInstanceId, { pid, state }]) => ({ zoneInstanceId, pid, state }));
  }

  /** Starts a zone server; answers why it was not started, or `undefined`. */
  start(order: SpinUpOrder): string | undefined {
    const { settings, logger, env } = this.#parts;
    const { zoneInstanceId } = order;
    if (this.#isStopping || this.#listener === undefined) return "the launcher stops";
    // Delivered twice: the first one counts.
    if (this.#children.has(zoneInstanceId)) return undefined;
    if (!isMapName(order.mapName)) return `${JSON.stringify(order.mapName)} is not a map name`;
    if (this.#children.size >= settings.maxInstances) return `all ${settings.maxInstances} places are taken`;
    const child = new ZoneChild({
      order,
      command: commandLine(settings, order, process.execPath),
      env: childEnvironment(env, settings, { zoneInstanceId, launcherPort: this.#listener.address.port }),
      log: this.#logs.open(zoneInstanceId),
      onExit: (exited, exit) => this.#forget(exited, exit),
    });
    this.#children.set(zoneInstanceId, child);
    if (child.pid > 0) this.#records.write(zoneInstanceId, child.pid);
    logger.info({ ...order, pid: child.pid, log: child.log.file }, "zone server started");
    return undefined;
  }

  /** `false`: there is no such child. */
  stop(zoneInstanceId: number, reason: string): boolean {
    const child = this.#children.get(zoneInstanceId);
    child?.stop(reason, this.#parts.settings.stopGraceMs);
    return child !== undefined;
  }

  /** Says something on the child's link. `false`: there is no such child, or it has no link. */
  tell(zoneInstanceId: number, body: LinkBody): boolean {
    return this.#children.get(zoneInstanceId)?.tell(body) ?? false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#timer);
    const children = [...this.#children.values()];
    for (const child of children) child.stop("the launcher stops", this.#parts.settings.stopGraceMs);
    await Promise.all(children.map((child) => child.exited));
    await this.#listener?.[Symbol.asyncDispose]();
  }

  #forget(child: ZoneChild, exit: ChildExit): void {
    const { zoneInstanceId } = child.order;
    this.#children.delete(zoneInstanceId);
    this.#records.remove(zoneInstanceId);
    child.log.close();
    const reason = [exit.reason, `log: ${child.log.file}`].filter((text) => text !== "").join("; ");
    this.#parts.logger.info({ zoneInstanceId, ...exit, reason }, "zone server has exited");
    this.#parts.onExit(zoneInstanceId, { ...exit, reason });
  }

  #admit({ customerGuid, zoneInstanceId, credential }: Hello): string | undefined {
    const { serviceSecret } = this.#parts.settings;
    if (!verifyZoneCredential(serviceSecret, customerGuid, zoneInstanceId, credential)) {
      return `the credential is not that of zone instance ${zoneInstanceId}`;
    }
    return this.#children.has(zoneInstanceId)
      ? undefined
      : `zone instance ${zoneInstanceId} is not a child of this launcher`;
  }

  #attach(link: Link): void {
    this.#children.get(link.peer.zoneInstanceId)?.attach(link);
  }

  /** Looks after the children once a second: a hang becomes an exit, a long log is moved aside. */
  #watch(): void {
    const { settings, nowMs } = this.#parts;
    const tolerated = Math.ceil(settings.hangTimeoutMs / PING_EVERY_MS);
    let lastMs = nowMs();
    this.#timer = setInterval(() => {
      const wasAsleep = nowMs() - lastMs > PING_EVERY_MS + OWN_STALL_MS;
      lastMs = nowMs();
      for (const child of this.#children.values()) {
        child.log.bound();
        if (wasAsleep || settings.hangTimeoutMs === 0) child.forgivePings();
        else if (child.ping() > tolerated) child.kill(`did not answer for ${settings.hangTimeoutMs} ms`);
      }
    }, PING_EVERY_MS);
  }
}

function launcherHello(customerGuid: string): Hello {
  return {
    protocolVersion: LINK_PROTOCOL_VERSION,
    role: "launcher",
    customerGuid,
    zoneInstanceId: 0,
    incarnation: randomUUID(),
    credential: "",
    schemaHash: 0,
    components: [],
    pid: process.pid,
  };
}
