import { allEndpoints, callEndpoint, globalData, instanceManagement, publicApi } from "@ows/protocol/http";
import { afterAll, expect, test } from "vitest";
import { silentLogger } from "../create-logger.ts";
import { createService } from "./create-service.ts";
import { PortTakenError } from "./listen.ts";
import { route } from "./route.ts";

const KNOWN = "7106af98-6395-4392-8cfd-35664e03935f";
const calls: unknown[] = [];
const options = {
  name: "public-api",
  host: "127.0.0.1",
  port: 0,
  context: calls,
  customers: { isKnown: async (guid: string) => guid === KNOWN },
  serviceSecret: "a".repeat(32),
  logger: silentLogger(),
} as const;

const service = await createService({
  ...options,
  routes: [
    route(publicApi.status, () => true),
    route(publicApi.logout, (call, seen: unknown[]) => {
      seen.push(call.request);
      return { success: true, errorMessage: call.customerGuid, secret: "stays behind" };
    }),
    route(publicApi.getUserSession, () => null),
    route(publicApi.getAllCharacters, () => []),
    route(publicApi.createCharacter, () => {
      throw new Error("INSERT INTO Characters failed: secret detail");
    }),
    route(instanceManagement.updateNumberOfPlayers, (call, seen: unknown[]) => {
      seen.push(call.request);
      return { success: true, errorMessage: "" };
    }),
    route(instanceManagement.getZoneInstancesForZone, () => []),
    route(globalData.getGlobalDataItem, (call) => ({
      customerGuid: call.customerGuid,
      globalDataKey: call.request.globalDataKey,
      globalDataValue: "Grüße \u2028 \"<>&'",
    })),
  ],
});
afterAll(() => service[Symbol.asyncDispose]());

type Sent = { readonly body?: string; readonly headers?: Record<string, string>; readonly method?: string };

async function send(path: string, sent: Sent = {}) {
  const method = sent.method ?? (sent.body === undefined ? "GET" : "POST");
  const headers = { "Content-Type": "application/json", "X-CustomerGUID": KNOWN, ...sent.headers };
  const response = await fetch(service.url + path, { method, headers, body: sent.body ?? null });
  const text = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), text };
}

test("a path is found without regard to case and with a slash at its end", async () => {
  expect(await send("/API/system/STATUS/")).toMatchObject({ status: 200, text: "true" });
});

test("the all-zero customer is refused in plain text on every route", async () => {
  const headers = { "X-CustomerGUID": "{00000000-0000-0000-0000-000000000000}" };
  for (const path of ["/api/System/Status", "/swagger/v1/swagger.json", "/swagger/", "/metrics", "/nothing"]) {
    expect(await send(path, { headers })).toMatchObject({ status: 401, text: "Unauthorized" });
  }
});

test("an enforced endpoint answers a missing, unreadable or unknown customer with ProblemDetails", async () => {
  for (const guid of ["", "nonsense", "00000000-0000-0000-0000-000000000001"]) {
    const refused = await send("/api/GlobalData/GetGlobalDataItem/a", { headers: { "X-CustomerGUID": guid } });
    expect(refused).toMatchObject({ status: 401, type: "application/problem+json; charset=utf-8" });
    expect(JSON.parse(refused.text)).toMatchObject({ status: 401, title: "Unauthorized" });
  }
});

test("a lenient endpoint runs as the all-zero customer", async () => {
  const body = `{"userSessionGUID":"${KNOWN}"}`;
  const answer = await send("/api/Users/Logout", { body, headers: { "X-CustomerGUID": "" } });
  expect(JSON.parse(answer.text).errorMessage).toBe("00000000-0000-0000-0000-000000000000");
});

test("the customer header takes every .NET text form", async () => {
  for (const guid of [KNOWN.toUpperCase(), KNOWN.replaceAll("-", ""), `{${KNOWN}}`, `(${KNOWN})`]) {
    const answer = await send("/api/GlobalData/GetGlobalDataItem/a", { headers: { "X-CustomerGUID": guid } });
    expect(JSON.parse(answer.text).customerGuid).toBe(KNOWN);
  }
});

test("a request as the plugin spells it, with tabs, is bound under the table's names", async () => {
  calls.length = 0;
  await send("/api/Users/Logout", { body: `{\r\n\t"userSessionGUId": "${KNOWN.toUpperCase()}",\r\n\t"extra": 1\r\n}` });
  await send("/api/Instance/UpdateNumberOfPlayers", {
    body: '{\n\t"zoneInstanceId": 12,\n\t"numberOfConnectedPlayers": "3"\n}',
  });
  expect(calls).toEqual([{ userSessionGUID: KNOWN }, { zoneInstanceId: 12, numberOfConnectedPlayers: 3 }]);
});

test("an answer holds the table's members only, in .NET's form", async () => {
  const answer = await send("/api/Users/Logout", { body: "{}" });
  expect(answer).toEqual({
    status: 200,
    type: "application/json; charset=utf-8",
    text: `{"success":true,"errorMessage":"${KNOWN}"}`,
  });
});

test("null is 204 without a body, an empty list is []", async () => {
  expect(await send("/api/Users/GetUserSession")).toMatchObject({ status: 204, text: "" });
  expect(await send("/api/Users/GetAllCharacters", { body: "{}" })).toMatchObject({ status: 200, text: "[]" });
});

test("texts travel as raw UTF-8", async () => {
  const answer = await send("/api/GlobalData/GetGlobalDataItem/Gr%C3%BC%C3%9Fe%20All");
  expect(answer.text).toContain('"globalDataKey":"Grüße All"');
  expect(answer.text).toContain("Grüße \u2028 \\\"<>&'");
});

test("wrong members are a ValidationProblemDetails that names each", async () => {
  const refused = await send("/api/Users/Logout", { body: '{"userSessionGUID":"7106"}' });
  expect(refused).toMatchObject({ status: 400, type: "application/problem+json; charset=utf-8" });
  expect(JSON.parse(refused.text)).toMatchObject({
    title: "One or more validation errors occurred.",
    status: 400,
    errors: { "$.userSessionGUID": ['expected a GUID of 36 characters, got "7106"'] },
  });
});

test("a session that is no GUID in a query is 400", async () => {
  expect((await send("/api/Users/GetUserSession?usersessionguid=x")).status).toBe(400);
});

test("malformed, empty and trailing-comma bodies are 400", async () => {
  for (const body of ["{", "", '{"userSessionGUID":null,}', "// comment\n{}", "[]", "null"]) {
    const refused = await send("/api/Users/Logout", { body, method: "POST" });
    expect([body, refused.status, refused.type]).toEqual([body, 400, "application/problem+json; charset=utf-8"]);
  }
});

test("a body that is not JSON is 415", async () => {
  expect((await send("/api/Users/Logout", { body: "{}", headers: { "Content-Type": "text/plain" } })).status).toBe(415);
  expect(
    (await send("/api/Users/Logout", { body: "{}", headers: { "Content-Type": "text/json;charset=utf-8" } })).status,
  ).toBe(200);
});

test("ten megabytes are 413 with the limit, and the service goes on", async () => {
  const refused = await send("/api/Users/Logout", { body: `{"a":"${"x".repeat(10_000_000)}"}` });
  expect(refused.status).toBe(413);
  expect(JSON.parse(refused.text).detail).toBe("The body is larger than 1048576 bytes.");
  expect((await send("/api/System/Status")).status).toBe(200);
});

test("a body without an announced length is cut off at the limit all the same", async () => {
  const chunk = new TextEncoder().encode("x".repeat(65_536));
  let left = 160;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
  });
  const headers = { "Content-Type": "application/json" };
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, headers, duplex: "half" };
  expect((await fetch(`${service.url}/api/Users/Logout`, init)).status).toBe(413);
});

test("a failing handler tells nothing of why", async () => {
  const refused = await send("/api/Users/CreateCharacter", { body: "{}" });
  expect(refused.status).toBe(500);
  expect(refused.text).not.toContain("secret");
  expect(JSON.parse(refused.text)).toMatchObject({ detail: "The service failed; its log knows why." });
});

test("a failure carries an errorMessage, which is all that the plugin looks at", async () => {
  const errorMessageOf = async (body: string) =>
    JSON.parse((await send("/api/Users/Logout", { body })).text).errorMessage;
  expect(await errorMessageOf("{")).toBe("The body is not valid JSON.");
  expect(await errorMessageOf('{"userSessionGUID":1}')).toContain("$.userSessionGUID: expected a GUID");
});

test("the description lists every route and the page is served", async () => {
  const document = JSON.parse((await send("/swagger/v1/swagger.json")).text);
  expect(Object.keys(document.paths)).toContain("/api/Users/Logout");
  expect((await send("/swagger/")).text).toContain("<title>");
  expect((await send("/swagger")).status).toBe(200);
});

test("metrics count requests by route", async () => {
  await send("/api/Users/GetAllCharacters", { body: "{}" });
  const { text } = await send("/metrics");
  expect(text).toContain(
    'ows_http_request_duration_seconds_count{method="POST",route="/api/Users/GetAllCharacters",status="200"}',
  );
});

test("a taken port is named, with what to do", async () => {
  const taken = createService({ ...options, port: service.port, routes: [] });
  await expect(taken).rejects.toThrow(PortTakenError);
  await expect(taken).rejects.toThrow(`127.0.0.1:${service.port}: another program uses this port`);
});

test("a typed call answers null for 204 and throws the reason of a refusal", async () => {
  const where = { baseUrl: `${service.url}/`, customerGuid: KNOWN };
  expect(await callEndpoint(publicApi.getUserSession, { ...where, body: { userSessionGUID: KNOWN } })).toBeNull();
  const item = await callEndpoint(globalData.getGlobalDataItem, { ...where, body: { globalDataKey: "a/b ü" } });
  expect(item?.globalDataKey).toBe("a/b ü");
  const refused = callEndpoint(publicApi.logout, { ...where, body: { userSessionGUID: "x" } });
  await expect(refused).rejects.toMatchObject({ failure: "refused", status: 400 });
  const nowhere = callEndpoint(publicApi.status, { baseUrl: "http://127.0.0.1:1", customerGuid: KNOWN });
  await expect(nowhere).rejects.toMatchObject({ failure: "unreachable" });
});

test("every endpoint of the table can be served beside the others", async () => {
  const perPath = new Map(allEndpoints.map((endpoint) => [endpoint.path, { endpoint, handle: async () => null }]));
  const all = await createService({ ...options, routes: [...perPath.values()] });
  await all[Symbol.asyncDispose]();
});

test("who calls is told by a trusted proxy, and by nobody else", async () => {
  const addresses: string[] = [];
  const addressOf = async (trustedProxies: readonly string[]) => {
    const routes = [
      route(publicApi.getAllCharacters, (call) => {
        addresses.push(call.remoteAddress);
        return [];
      }),
    ];
    await using proxied = await createService({ ...options, routes, swagger: false, trustedProxies });
    const headers = { "X-Forwarded-For": "198.51.100.1, 203.0.113.7", "Content-Type": "application/json" };
    await fetch(`${proxied.url}/api/Users/GetAllCharacters`, { method: "POST", headers, body: "{}" });
  };
  await addressOf([]);
  await addressOf(["10.0.0.0/8"]);
  await addressOf(["127.0.0.1"]);
  // What stands before the proxy's own word is the caller's invention.
  expect(addresses).toEqual(["127.0.0.1", "127.0.0.1", "203.0.113.7"]);
});
