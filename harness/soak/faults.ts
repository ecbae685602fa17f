import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Prng } from "@ows/base";
import game from "@ows/demo/game";
import { schemaOf } from "@ows/protocol/game";
import { WebSocket } from "ws";
import type { DevStack } from "../dev-stack/start-dev.ts";
import type { Account } from "../game-client/account.ts";
import { RawGameClient } from "../game-client/raw-client.ts";
import type { CuttablePlayers } from "./cuttable-players.ts";
import { type Role, stackProcesses } from "./sample.ts";

export type Victims = {
  readonly dev: DevStack;
  readonly players: CuttablePlayers;
  /** Who come and go in bursts. */
  readonly visitors: readonly Account[];
  readonly prng: Prng;
};

/** Does harm; answers what was done, for the log. */
type Fault = (victims: Victims) => string | Promise<string>;

export const faults = {
  "kill-zone": ({ dev }) => kill(dev, "zone"),
  "kill-launcher": ({ dev }) => kill(dev, "launcher"),
  cut: ({ players }) => `${players.cut()} connections cut`,
  burst: visit,
  garbage: sendGarbage,
} as const satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;

const GARBAGE_CONNECTIONS = 20;
const GARBAGE_BYTES = 100_000;
const HANG_UP_AFTER_MS = 3_000;

function kill(dev: DevStack, role: Role): string {
  const victims = stackProcesses(dev).filter((process) => process.role === role);
  for (const { pid } of victims) process.kill(pid, "SIGKILL");
  return `killed ${victims.map(({ pid }) => pid).join(", ") || `no ${role}: none ran`}`;
}

/** Everybody logs in, enters and leaves at once. */
async function visit({ visitors }: Victims): Promise<string> {
  const startedMs = performance.now();
  const outcomes = await Promise.allSettled(
    visitors.map(async (visitor) => {
      await visitor.login();
      await comeAndGo(visitor);
    }),
  );
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [String(outcome.reason)] : []));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const why = failures.length === 0 ? "" : ` (${failures[0]})`;
  return `${visitors.length - failures.length} of ${visitors.length} logged in, entered and left in ${seconds} s${why}`;
}

/** Enters with the session at hand, and leaves. Throws when there is no way in. */
export async function comeAndGo(visitor: Account): Promise<void> {
  const join = await visitor.join();
  if (!join.success) throw new Error(join.errorMessage ?? "no server");
  const client = new RawGameClient(join.url ?? "", schemaOf(game));
  await client.attach("ticket", join.ticket ?? "");
  await client.leave();
}

/** Random bytes: half of the connections speak WebSocket first. */
async function sendGarbage({ dev, visitors, prng }: Victims): Promise<string> {
  const join = await visitors[0]?.join();
  const url = join?.url ?? "";
  if (url === "") return `no game port to send garbage to: ${join?.errorMessage}`;
  const noise = () => Buffer.from(Array.from({ length: prng.int(1, GARBAGE_BYTES) }, () => prng.int(0, 255)));
  const { hostname, port } = new URL(url);
  await Promise.all(
    Array.from({ length: GARBAGE_CONNECTIONS }, (_, i) =>
      i % 2 === 0 ? overTcp(Number(port), hostname, noise()) : overWebSocket(url, noise()),
    ),
  );
  await fetch(`${dev.publicApi}/api/Users/RegisterUser`, { method: "POST", body: noise() }).catch(() => {});
  return `${GARBAGE_CONNECTIONS} connections of noise to ${url}`;
}

async function overTcp(port: number, host: string, bytes: Buffer): Promise<void> {
  const socket = connect(port, host);
  const closed = new Promise<void>((done) => socket.once("close", () => done()));
  socket.on("error", () => {});
  socket.resume();
  socket.write(bytes);
  await Promise.race([closed, sleep(HANG_UP_AFTER_MS, undefined, { ref: false })]);
  socket.destroy();
}

async function overWebSocket(url: string, bytes: Buffer): Promise<void> {
  const socket = new WebSocket(url);
  const closed = new Promise<void>((done) => socket.once("close", () => done()));
  socket.on("error", () => {});
  socket.once("open", () => socket.send(bytes));
  await Promise.race([closed, sleep(HANG_UP_AFTER_MS, undefined, { ref: false })]);
  socket.terminate();
}
