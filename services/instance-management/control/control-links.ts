import { randomUUID } from "node:crypto";
import type { Clock } from "@ows/base";
import { type Link, type LinkEndReason, type LinkListener, linkTransport, tcpChannels } from "@ows/mesh-runtime";
import { type Hello, LINK_PROTOCOL_VERSION, type LinkBody, type Renew } from "@ows/protocol/mesh";
import { verifyZoneCredential } from "@ows/protocol/ticket";
import type { Logger } from "@ows/service-kit";
import type { MeshRepository } from "@ows/store";
import type { JoinEvent } from "@ows/world";
import type { CustomerJoins } from "../joins/customer-joins.ts";

/** How long a zone server may save and say goodbye before its launcher ends it. */
const STOP_GRACE_MS = 4_000;
/** A report that says nothing new is passed on this rarely. */
const REPORT_EVERY_MS = 5_000;

export interface ControlLinksParts {
  readonly secret: string;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly mesh: Pick<MeshRepository, "grantIdBlock">;
  readonly logger: Logger;
  /** The rules of a customer; loads them when they are not there yet. */
  readonly joinsOf: (customerGuid: string) => CustomerJoins | undefined;
  readonly meshes: MeshTraffic;
}

/** Who coordinates servers that share a zone. */
export interface MeshTraffic {
  linked(customerGuid: string, zoneInstanceId: number): void;
  /** What the join rules are to hear of a message; `undefined`: what it means for a server on its own. */
  received(customerGuid: string, zoneInstanceId: number, body: LinkBody): readonly JoinEvent[] | undefined;
}

/** Orders to the zone servers of one customer. Without a link an order is lost; the rules' deadlines cover that. */
export interface ZoneServerOrders {
  /** The character travels: save it, release it, close its client. */
  evict(zoneInstanceId: number, characterName: string): void;
  stop(zoneInstanceId: number, reason: string): void;
  /** The instance is gone; a link that is still there ends. */
  forget(zoneInstanceId: number): void;
}

interface Controlled {
  readonly link: Link;
  load: Renew | undefined;
  reportedAtMs: number;
}

/** The control links of all zone servers: renewals in, orders out. */
export class ControlLinks implements AsyncDisposable {
  readonly #parts: ControlLinksParts;
  readonly #controlled = new Map<string, Controlled>();
  #listener: LinkListener | undefined;
  #nextNumber = 1;

  constructor(parts: ControlLinksParts) {
    this.#parts = parts;
  }

  /** Answers the port in use. */
  async listen(host: string, port: number): Promise<number> {
    this.#listener = await linkTransport(tcpChannels).listen({
      address: { host, port },
      hello: coordinatorHello(),
      peerRoles: ["zone-server"],
      admit: (hello) => this.#admit(hello),
      onLink: (link) => this.#attach(link),
    });
    return this.#listener.address.port;
  }

  /** How connections ended, by reason, since the start. */
  get endings(): ReadonlyMap<LinkEndReason, number> {
    return this.#listener?.endings ?? new Map();
  }

  /** What the last renewal of a zone server said. */
  loadOf(customerGuid: string, zoneInstanceId: number): Renew | undefined {
    return this.#controlled.get(keyOf(customerGuid, zoneInstanceId))?.load;
  }

  isLinked(customerGuid: string, zoneInstanceId: number): boolean {
    return this.#controlled.has(keyOf(customerGuid, zoneInstanceId));
  }

  /** `false`: there is no link now. */
  send(customerGuid: string, zoneInstanceId: number, body: LinkBody): boolean {
    return this.#controlled.get(keyOf(customerGuid, zoneInstanceId))?.link.send(body) ?? false;
  }

  ofCustomer(customerGuid: string): ZoneServerOrders {
    const send = (zoneInstanceId: number, body: LinkBody) => this.send(customerGuid, zoneInstanceId, body);
    return {
      evict: (zoneInstanceId, characterName) => {
        send(zoneInstanceId, this.#evictMessage(characterName));
      },
      stop: (zoneInstanceId, reason) => {
        send(zoneInstanceId, { $case: "stop", value: { reason, graceMs: STOP_GRACE_MS } });
      },
      forget: (zoneInstanceId) => {
        this.#controlled.get(keyOf(customerGuid, zoneInstanceId))?.link.close("stopping", "this instance is gone");
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
  }

  #admit({ customerGuid, zoneInstanceId, credential }: Hello): string | undefined {
    if (!verifyZoneCredential(this.#parts.secret, customerGuid, zoneInstanceId, credential)) {
      return `the credential is not that of zone instance ${zoneInstanceId}`;
    }
    const joins = this.#parts.joinsOf(customerGuid.toLowerCase());
    if (joins === undefined) return "not ready yet, try again";
    const isKnown = [...joins.state.instances.values()].some((i) => i.zoneInstanceId === zoneInstanceId);
    return isKnown ? undefined : `zone instance ${zoneInstanceId} is not known (any more)`;
  }

  #attach(link: Link): void {
    const customerGuid = link.peer.customerGuid.toLowerCase();
    const { zoneInstanceId } = link.peer;
    const joins = this.#parts.joinsOf(customerGuid);
    if (joins === undefined) return;
    const key = keyOf(customerGuid, zoneInstanceId);
    const former = this.#controlled.get(key);
    const controlled: Controlled = { link, load: undefined, reportedAtMs: Number.NEGATIVE_INFINITY };
    this.#controlled.set(key, controlled);
    former?.link.close("replaced", "a newer control link took this place");
    link.onMessage((body) => this.#receive(joins, customerGuid, controlled, body));
    void link.ended.then((end) => {
      if (this.#controlled.get(key) !== controlled) return;
      this.#controlled.delete(key);
      this.#parts.logger.info({ zoneInstanceId, end }, "control link ended");
      joins.dispatch({ kind: "contact-lost", zoneInstanceId, reason: `control link: ${end.detail}` });
    });
    this.#parts.logger.info({ zoneInstanceId, pid: link.peer.pid }, "control link stands");
    joins.dispatch({ kind: "contact-made", zoneInstanceId });
    this.#parts.meshes.linked(customerGuid, zoneInstanceId);
    for (const waiting of joins.state.waiting.values()) {
      // The order may have been lost with the former link.
      if (waiting.leaving === zoneInstanceId && waiting.isLetGo) link.send(this.#evictMessage(waiting.characterName));
    }
  }

  #receive(joins: CustomerJoins, customerGuid: string, controlled: Controlled, body: LinkBody): void {
    const { zoneInstanceId } = controlled.link.peer;
    const events = this.#parts.meshes.received(customerGuid, zoneInstanceId, body);
    if (events !== undefined) {
      for (const event of events) joins.dispatch(event);
      return;
    }
    switch (body.$case) {
      case "renew":
        this.#renew(joins, controlled, body.value);
        return;
      case "idBlockRequest":
        void this.#grantIds(customerGuid, controlled.link);
        return;
      case "playerPresence": {
        const { characterName, present } = body.value;
        const kind = present ? "character-arrived" : "character-left";
        joins.dispatch({ kind, zoneInstanceId, characterName });
        return;
      }
      case "evicted":
        joins.dispatch({ kind: "character-left", zoneInstanceId, characterName: body.value.characterName });
        return;
      default:
        return;
    }
  }

  #renew(joins: CustomerJoins, controlled: Controlled, renew: Renew): void {
    const { clock, leaseMs } = this.#parts;
    const nowMs = clock.nowMs();
    const grant = { number: renew.number, remainingMs: leaseMs, meshTimeMs: nowMs };
    controlled.link.send({ $case: "grant", value: grant });
    const isNews = controlled.load?.players !== renew.players || nowMs - controlled.reportedAtMs >= REPORT_EVERY_MS;
    controlled.load = renew;
    if (!isNews) return;
    controlled.reportedAtMs = nowMs;
    const { zoneInstanceId } = controlled.link.peer;
    joins.dispatch({ kind: "players-reported", zoneInstanceId, players: renew.players, ready: false });
  }

  async #grantIds(customerGuid: string, link: Link): Promise<void> {
    try {
      const block = await this.#parts.mesh.grantIdBlock(customerGuid);
      link.send({ $case: "idBlockGrant", value: block });
    } catch (error) {
      // It asks again long before it runs out.
      this.#parts.logger.error({ err: error }, "no id block could be granted");
    }
  }

  #evictMessage(characterName: string): LinkBody {
    return { $case: "evict", value: { number: this.#nextNumber++, characterName, reason: "travelled" } };
  }
}

function keyOf(customerGuid: string, zoneInstanceId: number): string {
  return `${customerGuid}/${zoneInstanceId}`;
}

function coordinatorHello(): Hello {
  return {
    protocolVersion: LINK_PROTOCOL_VERSION,
    role: "coordinator",
    customerGuid: "",
    zoneInstanceId: 0,
    incarnation: randomUUID(),
    credential: "",
    schemaHash: 0,
    components: [],
    pid: process.pid,
  };
}
