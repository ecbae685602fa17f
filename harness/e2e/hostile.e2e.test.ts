import { connect } from "node:net";
import game from "@ows/demo/game";
import { schemaOf } from "@ows/protocol/game";
import { encodeFrame } from "@ows/protocol/mesh";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { listeningPorts } from "../dev-stack/listening-ports.ts";
import { processesMentioning } from "../dev-stack/processes.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import { Account } from "../game-client/account.ts";
import { RawGameClient } from "../game-client/raw-client.ts";

let dev: DevStack;
let hero: Account;
let playing: RawGameClient;

beforeAll(async () => {
  dev = await startDev({ portBase: 5400 });
  hero = await Account.create(dev, "Steadfast");
  const join = await hero.join();
  playing = new RawGameClient(join.url ?? "", schemaOf(game));
  await playing.attach("ticket", join.ticket ?? "");
});
afterAll(async () => {
  await playing?.leave();
  await dev?.[Symbol.asyncDispose]();
});

test("malformed JSON, wrong types and wrong content types are named, not crashed on", async () => {
  const post = (body: string, type = "application/json") =>
    fetch(`${dev.publicApi}/api/Users/LoginAndCreateSession`, {
      method: "POST",
      headers: { "content-type": type, "x-customerguid": dev.customerGuid },
      body,
    });
  expect((await post("{")).status).toBe(400);
  expect((await post('{"email": 5}')).status).toBe(400);
  expect((await post("")).status).toBe(400);
  expect((await post("email=x", "text/plain")).status).toBe(415);
  const problem = await post('{"email": 5}');
  expect(problem.headers.get("content-type")).toMatch("application/problem+json");
  expect(JSON.stringify(await problem.json())).toMatch(/email/i);
});

test("a wrong customer, a wrong password and an unknown zone get a reason and nothing else", async () => {
  const wrong = await fetch(`${dev.publicApi}/api/Users/LoginAndCreateSession`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-customerguid": "00000000-0000-0000-0000-000000000000" },
    body: "{}",
  });
  expect([wrong.status, await wrong.text()]).toEqual([401, "Unauthorized"]);
  const login = await hero.post("Users/LoginAndCreateSession", { email: "Steadfast@example.com", password: "nope" });
  expect(login).toEqual({
    authenticated: false,
    userSessionGuid: null,
    errorMessage: "Username or Password is invalid!",
  });
  const join = await hero.join("Atlantis");
  expect([join.success, join.serverIP || "", join.port]).toEqual([false, "", 0]);
  expect(join.errorMessage).toMatch(/Atlantis/);
});

test("a body of 10 MB is refused", async () => {
  const status = await fetch(`${dev.publicApi}/api/Users/RegisterUser`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-customerguid": dev.customerGuid },
    body: JSON.stringify({ email: "x".repeat(10 << 20) }),
  }).then(
    (response) => response.status,
    () => "connection closed",
  );
  expect([413, "connection closed"]).toContain(status);
});

test("forged, foreign and replayed tickets do not open the game port", async () => {
  const join = await hero.join();
  const attach = async (ticket: string) => {
    const client = new RawGameClient(join.url ?? "", schemaOf(game));
    return client.attach("ticket", ticket).then(
      () => "admitted",
      (error: Error) => error.message,
    );
  };
  const [payload, signature] = (join.ticket ?? "").split(".");
  const stolen = Buffer.from(
    Buffer.from(payload ?? "", "base64url")
      .toString()
      .replace("Steadfast", "Otherhero"),
  );
  expect(await attach(`${stolen.toString("base64url")}.${signature}`)).toMatch(/refused.*signature/);
  expect(await attach("nonsense")).toMatch(/refused.*malformed/);
  const cellar = await hero.join("Cellar");
  expect(cellar.errorMessage ?? "").toBe("");
  expect(await attach(cellar.ticket ?? "")).toMatch(/refused/);
  const back = await hero.join("Meadow");
  expect(await attach(back.ticket ?? "")).toBe("admitted");
  expect(await attach(back.ticket ?? "")).toMatch(/refused.*(used|again|once)/);
  const again = await hero.join("Meadow");
  playing = new RawGameClient(again.url ?? "", schemaOf(game));
  await playing.attach("ticket", again.ticket ?? "");
});

test("garbage and oversized frames on the game port end that connection only", async () => {
  const url = playing.socket.url;
  const end = async (bytes: Uint8Array) => {
    const socket = new WebSocket(url);
    await new Promise((open) => socket.once("open", open));
    const closed = new Promise<number>((done) => socket.once("close", done));
    socket.on("error", () => {});
    socket.send(bytes);
    return closed;
  };
  const codes = await Promise.all([
    end(Uint8Array.from({ length: 300 }, (_, i) => (i * 7919) % 256)),
    end(new Uint8Array(1 << 20)),
    end(new Uint8Array(0)),
  ]);
  expect(codes.every((code) => code >= 1000)).toBe(true);
  const raw = connect(Number(new URL(url).port), "127.0.0.1");
  raw.on("error", () => {});
  raw.write(Buffer.alloc(1 << 20, 0x41));
  await waitUntil("the socket is closed", () => raw.destroyed || raw.readableEnded);
  await stillPlaying();
});

test("garbage, oversized and unauthorised frames on any port of any process end that connection only", async () => {
  const pids = processesMentioning(dev.instanceManagement, dev.dataDir).map((process) => process.pid);
  const ports = new Set(pids.flatMap(listeningPorts));
  // Five services, the bus, the coordinator's links, the launcher's links, and a zone server's game port at least.
  expect(ports.size).toBeGreaterThanOrEqual(9);
  const frames = [
    new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    new Uint8Array([0xff, 0xff, 0xff, 0x7f, 0]),
    encodeFrame(
      0,
      Uint8Array.from({ length: 64 }, (_, i) => (i * 31) % 256),
    ),
    new Uint8Array(1 << 20).fill(0x41),
  ];
  await Promise.all([...ports].flatMap((port) => frames.map((bytes) => isClosedAfter(port, bytes))));
  await stillPlaying();
  expect(new Set(pids.flatMap(listeningPorts))).toEqual(ports);
});

test("a hundred idle connections to the game port are dropped, and players play on", async () => {
  const sockets = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const socket = new WebSocket(playing.socket.url);
      socket.on("error", () => {});
      await new Promise((done) => {
        socket.once("open", done);
        socket.once("error", done);
      });
      return socket;
    }),
  );
  await waitUntil("all of them are closed", () => sockets.every((s) => s.readyState === WebSocket.CLOSED), 20_000);
  await stillPlaying();
});

async function stillPlaying(): Promise<void> {
  const seq = playing.sentInputs + 1;
  playing.send([{ name: "move", values: { x: 0, y: 0 } }]);
  await waitUntil("an input is still applied", () => playing.last?.ackedSeq === seq);
  expect((await fetch(`${dev.publicApi}/api/System/Status`)).status).toBe(200);
}

async function isClosedAfter(port: number, bytes: Uint8Array): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  socket.write(bytes);
  await waitUntil(`port ${port} closes the connection`, () => socket.destroyed || socket.readableEnded, 20_000);
}
