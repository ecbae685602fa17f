import type { Clock } from "@ows/base";
import { zoneCredential } from "@ows/protocol/ticket";
import { SingleFlight } from "../single-flight.ts";
import { type Inspection, parseInspection } from "./inspection.ts";

/** What a zone server said of itself, or why it said nothing. */
export type Probe =
  | { readonly kind: "answered"; readonly inspection: Inspection }
  | { readonly kind: "silent"; readonly problem: string };

export type ZoneServerAddress = { readonly zoneInstanceId: number; readonly url: string };

const KEEP_MS = 400;

/** Asks zone servers how they are, at most a few times a second each. */
export class ZoneServers {
  readonly #settings: ZoneServerSettings;
  readonly #probes: SingleFlight<number, Probe>;

  constructor(settings: ZoneServerSettings, clock: Pick<Clock, "nowMs">) {
    this.#settings = settings;
    this.#probes = new SingleFlight(clock, KEEP_MS);
  }

  probe(address: ZoneServerAddress): Promise<Probe> {
    return this.#probes.get(address.zoneInstanceId, () => this.#ask(address));
  }

  async #ask({ zoneInstanceId, url }: ZoneServerAddress): Promise<Probe> {
    const { serviceSecret, customerGuid, probeTimeoutMs } = this.#settings;
    try {
      const response = await fetch(inspectUrl(url), {
        headers: { "X-OWS-Credential": zoneCredential(serviceSecret, customerGuid, zoneInstanceId) },
        signal: AbortSignal.timeout(probeTimeoutMs),
      });
      if (!response.ok) return { kind: "silent", problem: `the zone server answers ${response.status}` };
      return { kind: "answered", inspection: parseInspection(await response.json()) };
    } catch (error) {
      return { kind: "silent", problem: problemOf(error, probeTimeoutMs) };
    }
  }
}

type ZoneServerSettings = {
  readonly serviceSecret: string;
  readonly customerGuid: string;
  readonly probeTimeoutMs: number;
};

/** The game link's own port answers plain HTTP too: `ws://host:port` becomes `http://host:port/inspect`. */
function inspectUrl(gameUrl: string): string {
  return `${gameUrl.replace(/^ws/, "http").replace(/\/+$/, "")}/inspect`;
}

function problemOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no answer within ${timeoutMs} ms`;
  if (error instanceof TypeError) return "can't be reached";
  return error instanceof Error ? error.message : "no answer";
}
