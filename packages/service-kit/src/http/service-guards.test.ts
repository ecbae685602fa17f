import { callEndpoint, instanceManagement, mesh, publicApi } from "@ows/protocol/http";
import { serviceCredential, zoneCredential } from "@ows/protocol/ticket";
import { expect, test } from "vitest";
import { silentLogger } from "../create-logger.ts";
import { createService, type ServiceOptions } from "./create-service.ts";
import { route } from "./route.ts";

const CUSTOMER = "7106af98-6395-4392-8cfd-35664e03935f";
const SECRET = "s".repeat(32);

function start(options: Partial<ServiceOptions<undefined>>) {
  return createService({
    name: "instance-management",
    host: "127.0.0.1",
    port: 0,
    routes: [],
    context: undefined,
    customers: { isKnown: async () => true },
    serviceSecret: SECRET,
    logger: silentLogger(),
    swagger: false,
    ...options,
  });
}

const success = { success: true, errorMessage: "" };

test("a service endpoint takes the service's credential only", async () => {
  await using service = await start({ routes: [route(mesh.launcherHeartbeat, () => success)] });
  const call = (credential?: string) =>
    callEndpoint(mesh.launcherHeartbeat, {
      baseUrl: service.url,
      customerGuid: CUSTOMER,
      body: { worldServerId: 1, instances: [] },
      ...(credential === undefined ? {} : { credential }),
    });
  expect(await call(serviceCredential(SECRET))).toEqual(success);
  for (const wrong of [undefined, "", "x", serviceCredential("other"), zoneCredential(SECRET, CUSTOMER, 1)]) {
    await expect(call(wrong)).rejects.toMatchObject({ failure: "refused", status: 401 });
  }
});

test("a zone server's credential is good for its own instance and customer only", async () => {
  await using service = await start({ routes: [route(mesh.saveCharacters, () => ({ ...success, refused: [] }))] });
  const call = (zoneInstanceId: number, credential: string) =>
    callEndpoint(mesh.saveCharacters, {
      baseUrl: service.url,
      customerGuid: CUSTOMER,
      credential,
      body: { zoneInstanceId, characters: [] },
    });
  expect(await call(7, zoneCredential(SECRET, CUSTOMER, 7))).toMatchObject(success);
  for (const wrong of [
    zoneCredential(SECRET, CUSTOMER, 8),
    zoneCredential(SECRET, SECRET, 7),
    serviceCredential(SECRET),
  ]) {
    await expect(call(7, wrong)).rejects.toMatchObject({ status: 401 });
  }
});

test("more open requests than the limit are told to try again", async () => {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const slow = route(instanceManagement.startInstanceLauncher, async () => {
    entered.resolve();
    await gate.promise;
    return 1;
  });
  await using service = await start({ routes: [slow], maxOpenRequests: 1 });
  const call = () =>
    callEndpoint(instanceManagement.startInstanceLauncher, { baseUrl: service.url, customerGuid: CUSTOMER });
  const first = call();
  await entered.promise;
  await expect(call()).rejects.toMatchObject({ status: 503 });
  gate.resolve();
  expect(await first).toBe(1);
  expect(await call()).toBe(1);
});

test("a caller that hangs up aborts its call", async () => {
  const entered = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const waiting = route(publicApi.getUserSession, (call) => {
    call.signal.addEventListener("abort", () => aborted.resolve());
    entered.resolve();
    return aborted.promise.then(() => null);
  });
  await using service = await start({ routes: [waiting] });
  const hangUp = new AbortController();
  const call = callEndpoint(publicApi.getUserSession, {
    baseUrl: service.url,
    customerGuid: CUSTOMER,
    signal: hangUp.signal,
  });
  await entered.promise;
  hangUp.abort();
  await expect(call).rejects.toMatchObject({ failure: "cancelled" });
  await aborted.promise;
});

test("a stopping service lets an open request finish", async () => {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const slow = route(publicApi.status, async () => {
    entered.resolve();
    await gate.promise;
    return true;
  });
  const service = await start({ routes: [slow] });
  const call = callEndpoint(publicApi.status, { baseUrl: service.url, customerGuid: CUSTOMER });
  await entered.promise;
  const stopped = service[Symbol.asyncDispose]();
  gate.resolve();
  expect(await call).toBe(true);
  await stopped;
});

test("a stopping service cancels what exceeds the deadline", async () => {
  const entered = Promise.withResolvers<void>();
  const stuck = route(publicApi.status, async (call) => {
    entered.resolve();
    await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
    return true;
  });
  const service = await start({ routes: [stuck], shutdownDeadlineMs: 20 });
  const call = callEndpoint(publicApi.status, { baseUrl: service.url, customerGuid: CUSTOMER }).catch((error) => error);
  await entered.promise;
  await service[Symbol.asyncDispose]();
  await call;
});

test("pages of allowed origins may call, others may not", async () => {
  await using service = await start({
    routes: [route(publicApi.logout, () => success)],
    allowedOrigins: ["https://game.example"],
  });
  const preflight = async (origin: string) => {
    const headers = { Origin: origin, "Access-Control-Request-Method": "POST" };
    const response = await fetch(`${service.url}/api/Users/Logout`, { method: "OPTIONS", headers });
    return [response.status, response.headers.get("access-control-allow-origin")];
  };
  expect(await preflight("https://game.example")).toEqual([204, "https://game.example"]);
  expect(await preflight("https://other.example")).toEqual([404, null]);
});
