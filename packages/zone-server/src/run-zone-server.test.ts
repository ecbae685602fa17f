import { type ChildProcess, spawn } from "node:child_process";
import { schemaOf } from "@ows/protocol/game";
import { signTicket } from "@ows/protocol/ticket";
import { expect, test } from "vitest";
import { CUSTOMER, FakeBackend, freePort, keys } from "./testing/fake-backend.test-kit.ts";
import { meadow } from "./testing/meadow-game.test-kit.ts";
import { RawClient } from "./testing/raw-client.test-kit.ts";

const MAIN = `${import.meta.dirname}/zone-main.ts`;
const GAME = `${import.meta.dirname}/testing/default-game.test-kit.ts`;

/** A zone server process; killed at the end if it is still there. */
class ZoneProcess implements Disposable {
  readonly #child: ChildProcess;
  output = "";
  readonly exited: Promise<number | null>;

  constructor(argv: readonly string[], env: Record<string, string>) {
    this.#child = spawn(process.execPath, [MAIN, ...argv], { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (data) => {
        this.output += String(data);
      });
    }
    this.exited = new Promise((resolve) => this.#child.once("exit", (code) => resolve(code)));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

test("a process serves its zone, and a signal makes it save everybody and end with code 0", async () => {
  await using backend = await FakeBackend.start();
  const port = await freePort();
  using zone = new ZoneProcess(["M?listen", "-server", `-port=${port}`, "-zoneinstanceid=7"], backend.env(GAME));
  await expect.poll(() => backend.launcher.of("ready"), { timeout: 15_000 }).toHaveLength(1);
  backend.addCharacter("Ada", { x: 0, y: 0, z: 0 });
  const ticket = { customerGuid: CUSTOMER, characterName: "Ada", userSessionGuid: CUSTOMER, zoneInstanceId: 7 };
  const token = signTicket({ ...ticket, nonce: "once", expiresAtMs: Date.now() + 30_000 }, keys.privateKey);
  using ada = await RawClient.enter(`ws://127.0.0.1:${port}`, schemaOf(meadow), token);
  ada.send([{ name: "pay", values: { gold: 12 } }]);
  await ada.until(() => ada.ackedSeq === 1);
  zone.signal("SIGTERM");
  expect(await zone.exited).toBe(0);
  await ada.closed();
  expect(ada.closing).toMatchObject({ code: "stopping" });
  expect(backend.savesOf("Ada").at(-1)).toMatchObject({ release: true });
  expect(backend.launcher.of("ending").at(-1)?.reason).not.toBe("");
});

test("mistakes of whoever starts it are one clear text and code 1", async () => {
  await using backend = await FakeBackend.start();
  const start = (argv: readonly string[], env: Record<string, string>) => new ZoneProcess(argv, env);
  const line = ["M?listen", `-port=${await freePort()}`, "-zoneinstanceid=7"];
  const cases: readonly [readonly string[], Record<string, string>, string][] = [
    [["M?listen"], backend.env(GAME), "expected -port="],
    [line, {}, "OWS_CUSTOMER_GUID is required"],
    [line, backend.env("/no/such/game.ts"), "can't be loaded"],
    [
      ["M?listen", `-port=${new URL(backend.url).port}`, "-zoneinstanceid=7"],
      backend.env(GAME),
      "another program uses this port",
    ],
  ];
  for (const [argv, env, words] of cases) {
    using zone = start(argv, env);
    expect(await zone.exited).toBe(1);
    expect(zone.output).toContain(words);
    expect(zone.output).not.toContain("    at ");
  }
}, 40_000);

test("a process whose launcher is gone saves everybody and ends by itself", async () => {
  await using backend = await FakeBackend.start();
  const argv = ["M?listen", `-port=${await freePort()}`, "-zoneinstanceid=7"];
  using zone = new ZoneProcess(argv, backend.env(GAME));
  await expect.poll(() => backend.launcher.of("ready"), { timeout: 15_000 }).toHaveLength(1);
  await backend.launcher[Symbol.asyncDispose]();
  expect(await zone.exited).toBe(0);
});
