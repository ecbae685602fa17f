import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { OracleFailed, type Workload } from "./workload.ts";

const WARMUP_S = 5;
const MEASURE_S = 20;

type ZoneFigures = {
  readonly players: number;
  readonly seconds: number;
  readonly cpuS: number;
  readonly ticksRun: number;
  readonly skippedTicks: number;
  readonly memoryMiB: number;
  readonly tickTime: { readonly p50Ms: number; readonly p99Ms: number };
  readonly sections: Readonly<Record<string, { readonly p50Ms: number; readonly p99Ms: number }>>;
};

/** What one zone server costs with 100, 300 and 600 clients that each see about 50 others, at 20 Hz. */
export const crowd: Workload = {
  id: "crowd",
  about: "zone server CPU, bytes and tick times with 100, 300, 600 clients at 20 Hz, about 50 neighbours each",
  async run({ seed, clients }) {
    const results: Record<string, unknown> = {};
    const wrong: string[] = [];
    for (const players of clients === undefined ? [100, 300, 600] : [clients]) {
      const figures = await crowdOf(players, seed);
      results[`clients-${players}`] = figures;
      const { lost } = figures.clients;
      if (lost.length > 0) wrong.push(`${lost.length} of ${players} clients were disconnected: ${lost[0]}`);
    }
    if (wrong.length > 0) throw new OracleFailed(wrong, results);
    return results;
  },
};

async function crowdOf(players: number, seed: number) {
  const zone = fork(new URL("zone-process.ts", import.meta.url), {
    env: { ...process.env, GAS_PLAYERS: String(players) },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  try {
    const { url } = await nextMessage<{ url: string }>(zone);
    const order = { url, clients: players, warmupS: WARMUP_S, measureS: MEASURE_S, seed };
    const clients = spawn(
      process.execPath,
      [new URL("load-clients.ts", import.meta.url).pathname, JSON.stringify(order)],
      {
        env: { ...process.env, GAS_PLAYERS: String(players) },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const load = readAll(clients);
    // Everybody is in and has walked a little: what follows is the measured part.
    await waitForPlayers(zone, players);
    await new Promise((done) => setTimeout(done, WARMUP_S * 1000));
    await ask(zone);
    await new Promise((done) => setTimeout(done, (MEASURE_S - 1) * 1000));
    const zoneFigures = await ask(zone);
    const clientFigures = JSON.parse(await load);
    const clientTicks = zoneFigures.ticksRun * players;
    return {
      valid: clientFigures.lost.length === 0 && !clientFigures.saturated,
      zoneCpuShare: zoneFigures.cpuS / zoneFigures.seconds,
      zoneCpuMicrosPerClientTick: (zoneFigures.cpuS * 1e6) / clientTicks,
      tickMs: zoneFigures.tickTime,
      sectionsMs: zoneFigures.sections,
      ticksPerS: zoneFigures.ticksRun / zoneFigures.seconds,
      skippedTicks: zoneFigures.skippedTicks,
      memoryMiB: zoneFigures.memoryMiB,
      clients: clientFigures,
    };
  } finally {
    zone.disconnect();
    await once(zone, "exit");
  }
}

async function waitForPlayers(zone: ChildProcess, players: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if ((await ask(zone)).players >= players) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`fewer than ${players} clients got into the zone`);
}

async function ask(zone: ChildProcess): Promise<ZoneFigures> {
  const answer = nextMessage<ZoneFigures>(zone);
  zone.send("report");
  return answer;
}

async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, "message")) as [T];
  return message;
}

async function readAll(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, "exit");
  return text;
}
