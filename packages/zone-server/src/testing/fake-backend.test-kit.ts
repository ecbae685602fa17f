import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Link, type LinkListener, linkTransport, tcpChannels } from "@ows/mesh-runtime";
import { characterPersistence, instanceManagement } from "@ows/protocol/http";
import { type Hello, LINK_PROTOCOL_VERSION, type LinkBody } from "@ows/protocol/mesh";
import { ticketKeys } from "@ows/protocol/ticket";

export const CUSTOMER = "0d0e0e0f-7e57-4a11-8b0b-0b5e55ed0001";
export const CREDENTIAL = "the credential that the launcher made for this zone";
export const keys = ticketKeys("a secret that only tests know about");

type Row = { x: number; y: number; z: number; rz: number; mapName: string; customData: Map<string, string> };
export type SavedCharacter = {
  readonly characterName: string;
  readonly entityId: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly rz: number;
  readonly zoneName: string;
  readonly customData: readonly { readonly customFieldName: string; readonly fieldValue: string }[];
  readonly release: boolean;
};

/** The services, the coordinator and the launcher, as far as one zone server can tell. */
export class FakeBackend implements AsyncDisposable {
  readonly #http: Server;
  readonly coordinator: FakeEnd;
  readonly launcher: FakeEnd;
  readonly characters = new Map<string, Row>();
  readonly holders = new Map<string, number>();
  readonly saves: SavedCharacter[] = [];
  readonly playerReports: number[] = [];
  /** Names whose saves are refused. */
  readonly refusing = new Set<string>();
  /** While true, character-persistence answers 503. */
  isPersistenceDown = false;
  failedSaves = 0;
  joins = 0;
  #nextBlock = 1;

  private constructor(http: Server, coordinator: FakeEnd, launcher: FakeEnd) {
    this.#http = http;
    this.coordinator = coordinator;
    this.launcher = launcher;
  }

  static async start(): Promise<FakeBackend> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const backend = new FakeBackend(http, await FakeEnd.listen("coordinator"), await FakeEnd.listen("launcher"));
    http.on("request", (request, response) => {
      void readJson(request).then((body) => {
        const [status, answer] = backend.#answer(request.url ?? "", body, request.headers["x-ows-credential"]);
        response.writeHead(status, { "content-type": "application/json" });
        response.end(answer === undefined ? "" : JSON.stringify(answer));
      });
    });
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** What the launcher would put into the environment. */
  env(gamePath: string): Record<string, string> {
    return {
      OWS_CUSTOMER_GUID: CUSTOMER,
      OWS_INSTANCE_MANAGEMENT_URL: this.url,
      OWS_CHARACTER_PERSISTENCE_URL: this.url,
      OWS_PUBLIC_API_URL: this.url,
      OWS_ZONE_CREDENTIAL: CREDENTIAL,
      OWS_LAUNCHER_LINK: `127.0.0.1:${this.launcher.port}`,
      OWS_GAME: gamePath,
      OWS_LOG_LEVEL: "silent",
    };
  }

  addCharacter(name: string, at: { x: number; y: number; z: number }, mapName = "Meadow"): Row {
    const row: Row = { ...at, rz: 0, mapName, customData: new Map() };
    this.characters.set(name, row);
    return row;
  }

  savesOf(name: string): SavedCharacter[] {
    return this.saves.filter(({ characterName }) => characterName === name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
    await this.coordinator[Symbol.asyncDispose]();
    await this.launcher[Symbol.asyncDispose]();
  }

  #answer(path: string, body: Record<string, unknown>, credential: unknown): [number, unknown] {
    if (path === "/api/Instance/GetZoneInstance") {
      return [200, { ...empty(instanceManagement.getZoneInstance.response), mapInstanceID: 7, zoneName: "Meadow" }];
    }
    if (path === "/api/Instance/UpdateNumberOfPlayers") {
      this.playerReports.push(body.numberOfConnectedPlayers as number);
      return [200, { success: true, errorMessage: "" }];
    }
    if (credential !== CREDENTIAL) return [401, { title: "Unauthorized" }];
    if (path === "/api/Mesh/Join") return [200, this.#join()];
    if (this.isPersistenceDown) {
      this.failedSaves++;
      return [503, { title: "Service Unavailable" }];
    }
    if (path === "/api/Mesh/ClaimCharacter") return [200, this.#claim(body.characterName as string)];
    if (path === "/api/Mesh/SaveCharacters") return [200, this.#save(body.characters as SavedCharacter[])];
    return [404, { title: "Not Found" }];
  }

  #join() {
    this.joins++;
    const first = this.#nextBlock;
    this.#nextBlock += 2 ** 20;
    return {
      lease: { ttlMs: 2_000 },
      idBlock: { first, size: 2 ** 20 },
      controlEndpoint: { ip: "127.0.0.1", port: this.coordinator.port, url: "" },
      ticketPublicKey: keys.publicKey,
      credential: CREDENTIAL,
      partition: { version: 0, cells: [] },
      peers: [],
      settings: {},
      settingsVersion: 0,
      zone: { zoneName: "Meadow", mapName: "M", softPlayerCap: 60, hardPlayerCap: 80 },
    };
  }

  #claim(name: string) {
    const row = this.characters.get(name);
    const holder = this.holders.get(name);
    if (row === undefined || (holder !== undefined && holder !== 7)) {
      const errorMessage = row === undefined ? "Character not found!" : `Zone instance ${holder} holds the character.`;
      return { success: false, errorMessage, holder: null, character: null, customData: [] };
    }
    this.holders.set(name, 7);
    const { x, y, z, rz, mapName } = row;
    const customData = Array.from(row.customData, ([customFieldName, fieldValue]) => ({ customFieldName, fieldValue }));
    const blank = empty(characterPersistence.getByName.response);
    const character = { ...blank, CharacterName: name, className: "Wanderer", mapName, x, y, z, rx: 0, ry: 0, rz };
    return { success: true, errorMessage: "", holder: null, character, customData };
  }

  #save(characters: readonly SavedCharacter[]) {
    const refused = characters.filter(({ characterName }) => this.refusing.has(characterName));
    for (const save of characters) {
      if (this.refusing.has(save.characterName)) continue;
      this.saves.push(save);
      const row = this.characters.get(save.characterName);
      if (row === undefined) continue;
      Object.assign(row, { x: save.x, y: save.y, z: save.z, rz: save.rz });
      for (const { customFieldName, fieldValue } of save.customData) row.customData.set(customFieldName, fieldValue);
      if (save.release) this.holders.delete(save.characterName);
    }
    return {
      success: refused.length === 0,
      errorMessage: "",
      refused: refused.map(({ characterName }) => ({ characterName, reason: "zone instance 8 holds it" })),
    };
  }
}

/** The listening end of a control or launcher link. */
export class FakeEnd implements AsyncDisposable {
  readonly messages: LinkBody[] = [];
  readonly hellos: Hello[] = [];
  link: Link | undefined;
  #listener: LinkListener | undefined;

  static async listen(role: "coordinator" | "launcher"): Promise<FakeEnd> {
    const end = new FakeEnd();
    end.#listener = await linkTransport(tcpChannels).listen({
      address: { host: "127.0.0.1", port: 0 },
      hello: {
        ...{ protocolVersion: LINK_PROTOCOL_VERSION, role, customerGuid: "", zoneInstanceId: 0, incarnation: "one" },
        ...{ credential: "", schemaHash: 0, components: [], pid: 1 },
      },
      peerRoles: ["zone-server"],
      admit: ({ credential }) => (credential === CREDENTIAL ? undefined : "not the right credential"),
      onLink: (link) => {
        end.link = link;
        end.hellos.push(link.peer);
        link.onMessage((body) => end.#receive(link, body));
      },
    });
    return end;
  }

  get port(): number {
    return this.#listener?.address.port ?? 0;
  }

  /** All messages of a kind, oldest first. */
  of<Kind extends LinkBody["$case"]>(kind: Kind): Extract<LinkBody, { $case: Kind }>["value"][] {
    return this.messages.flatMap((body) => (body.$case === kind ? [body.value as never] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
  }

  #receive(link: Link, body: LinkBody): void {
    this.messages.push(body);
    if (body.$case === "renew") {
      const { number } = body.value;
      link.send({ $case: "grant", value: { number, remainingMs: 2_000, meshTimeMs: performance.now() + 1_000_000 } });
    }
  }
}

type Shape = {
  readonly type?: string;
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
};

/** An answer of this shape with nothing in it. */
function empty(schema: Shape): Record<string, unknown> {
  const object = schema.properties ?? schema.anyOf?.find(({ properties }) => properties !== undefined)?.properties;
  const values: Readonly<Record<string, unknown>> = { integer: 0, number: 0, boolean: false, string: "" };
  return Object.fromEntries(Object.entries(object ?? {}).map(([name, { type }]) => [name, values[type ?? ""] ?? null]));
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
