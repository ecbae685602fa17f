import { endpointsOfService, type ServiceName } from "@ows/protocol/http";
import { silentLogger } from "@ows/service-kit";
import { openSqliteStore, type SqliteStore } from "@ows/store";

/** A store in memory with one customer, whose zone `Zone1` and class `MaleWarrior` come from OWS's seed. */
export async function storeWithCustomer(): Promise<{ readonly store: SqliteStore; readonly customerGuid: string }> {
  const store = await openSqliteStore({ file: ":memory:" });
  const added = await store.customers.addNewCustomer({
    customerName: "Studio",
    firstName: "Ada",
    lastName: "Lovelace",
    email: "studio@example.com",
    passwordHash: "none",
    customerGuid: null,
  });
  return { store, customerGuid: added.customerGuid };
}

export const testServiceSettings = {
  host: "127.0.0.1",
  port: 0,
  serviceSecret: "s".repeat(32),
  logLevel: "silent",
  swagger: false,
  bodyLimitBytes: 1_048_576,
  shutdownDeadlineMs: 1000,
} as const;

export const logger = silentLogger();

/** Speaks to one service as the Unreal plugin does: its headers, and JSON printed with tabs. */
export function pluginOf(baseUrl: string, customerGuid: string) {
  const headers = {
    "User-Agent": "X-UnrealEngine-Agent",
    "Content-Type": "application/json",
    "X-CustomerGUID": customerGuid,
  };
  return {
    async post(path: string, body: unknown) {
      const text = typeof body === "string" ? body : JSON.stringify(body, null, "\t");
      return read(await fetch(`${baseUrl}/${path}`, { method: "POST", headers, body: text }));
    },
    async get(path: string) {
      return read(await fetch(`${baseUrl}/${path}`, { headers }));
    },
  };
}

async function read(response: Response) {
  const text = await response.text();
  const json = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, type: response.headers.get("content-type"), text, json };
}

/** The endpoints of a service's table that it does not answer. */
export async function unservedEndpoints(service: ServiceName, baseUrl: string): Promise<readonly string[]> {
  const unserved: string[] = [];
  for (const { method, path } of endpointsOfService(service)) {
    const headers = { "Content-Type": "application/json" };
    const init = method === "GET" ? { method } : { method, headers, body: "{}" };
    const text = await (await fetch(baseUrl + path.replace(/\{\w+\}/g, "1"), init)).text();
    if (text.includes("There is no such endpoint.")) unserved.push(`${method} ${path}`);
  }
  return unserved;
}
