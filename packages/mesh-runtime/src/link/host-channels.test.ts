import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hostChannels } from "./host-channels.ts";
import { helloOf } from "./link.contract.ts";
import { linkTransport } from "./link-transport.ts";

const transport = linkTransport(hostChannels());
const ANYWHERE = { host: "127.0.0.1", port: 0 };
const scratch = mkdtempSync(join(tmpdir(), "t-"));

// Short, as a socket's path must be; and no other test's leftovers are in it.
beforeAll(() => {
  vi.stubEnv("TMPDIR", scratch);
});
afterAll(() => rmSync(scratch, { recursive: true }));

function listen() {
  return transport.listen({
    address: ANYWHERE,
    hello: helloOf({ role: "coordinator" }),
    peerRoles: ["zone-server"],
    admit: () => undefined,
    onLink: () => {},
  });
}

function connect(address: { host: string; port: number; socketPath?: string | undefined }) {
  return transport.connect({ address, hello: helloOf({}), peerRoles: ["coordinator"] });
}

/** A process that listens and is then killed: its port and the file it leaves. */
async function killedListener(): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "listen-main.test-kit.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
  return JSON.parse(String(line)).socketPath;
}

test("a listener's socket goes with it, and its directory", async () => {
  const listener = await listen();
  const path = listener.address.socketPath ?? "";
  expect(path.startsWith(scratch)).toBe(true);
  expect(existsSync(path)).toBe(true);
  await listener[Symbol.asyncDispose]();
  expect(existsSync(dirname(path))).toBe(false);
});

test("a file that is not here, is no socket of ours or that nobody serves means TCP", async () => {
  await using listener = await listen();
  const { host, port, socketPath = "" } = listener.address;
  expect((await connect({ host, port, socketPath })).kind).toBe("unix");
  const left = await killedListener();
  expect(existsSync(left)).toBe(true);
  const elsewhere = join(scratch, "ows-link-1-abc", "link");
  const unlike = join(scratch, "link");
  mkdirSync(unlike);
  for (const path of [left, elsewhere, unlike, `${dirname(socketPath)}/../x/link`, "relative", "", undefined]) {
    expect((await connect({ host, port, socketPath: path })).kind, path).toBe("tcp");
  }
});

test("what a killed process left is cleared by the next listener, and what a living one uses is not", async () => {
  await using living = await listen();
  const left = await killedListener();
  expect(existsSync(left)).toBe(true);
  await using next = await listen();
  expect(existsSync(dirname(left))).toBe(false);
  for (const { address } of [living, next]) expect((await connect(address)).kind).toBe("unix");
});

test("where there can be no socket file, links go over TCP, and it is said why", async () => {
  vi.stubEnv("TMPDIR", join(scratch, "x".repeat(100)));
  const said: unknown[] = [];
  const only = linkTransport(hostChannels({ onTcpOnly: (error) => said.push(error) }));
  await using listener = await only.listen({
    ...{ address: ANYWHERE, hello: helloOf({ role: "coordinator" }), peerRoles: ["zone-server"] },
    ...{ admit: () => undefined, onLink: () => {} },
  });
  vi.stubEnv("TMPDIR", scratch);
  expect(said).toHaveLength(1);
  expect(listener.address.socketPath).toBeUndefined();
  expect((await connect(listener.address)).kind).toBe("tcp");
});
