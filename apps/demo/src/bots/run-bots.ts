import { Bot } from "./bot.ts";
import type { BotSettings } from "./bot-settings.ts";

const REPORT_EVERY_MS = 10_000;
/** Signing in costs the backend a password hash each: they come one after the other. */
const START_EVERY_MS = 60;
/** Most complaints in one report. */
const MAX_COMPLAINTS = 3;

/** Runs all bots until the signal; done when every one has left. Says one line every ten seconds. */
export async function runBots(settings: BotSettings, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const counts = { hits: 0, lines: 0, reconnects: 0 };
  const complaints: string[] = [];
  const bots = Array.from({ length: settings.count }, (_, i) => {
    return new Bot({
      number: i + 1,
      url: settings.url,
      customer: settings.customer,
      signal,
      count: (what) => counts[what]++,
      complain: (message) => void (complaints.length < MAX_COMPLAINTS && complaints.push(message)),
    });
  });
  const report = setInterval(() => {
    for (const complaint of complaints.splice(0)) say(complaint);
    say(statusLine(bots, counts));
  }, REPORT_EVERY_MS);
  const runs: Promise<void>[] = [];
  try {
    for (const bot of bots) {
      if (signal.aborted) break;
      runs.push(bot.run());
      await new Promise((resolve) => setTimeout(resolve, START_EVERY_MS));
    }
    await Promise.all(runs);
  } finally {
    clearInterval(report);
  }
}

function statusLine(bots: readonly Bot[], counts: { hits: number; lines: number; reconnects: number }): string {
  const worlds = bots.flatMap((bot) => (bot.world?.state.phase === "in-world" ? [bot.world] : []));
  const stats = worlds.map((world) => world.stats);
  const sum = (pick: (s: (typeof stats)[number]) => number) => stats.reduce((total, s) => total + pick(s), 0);
  const roundTrip = sum((s) => s.roundTripMs || 0) / Math.max(1, stats.length);
  const largestGap = Math.max(0, ...stats.map((s) => s.snapshotGapMaxMs || 0));
  const kilobytes = sum((s) => s.bytesInPerSecond) / 1000;
  return (
    `${worlds.length} of ${bots.length} bots in the world: ${counts.hits} hits, ${counts.lines} lines, ` +
    `${counts.reconnects} reconnects, round trip ${roundTrip.toFixed(1)} ms, largest snapshot gap ` +
    `${largestGap.toFixed(0)} ms, ${kilobytes.toFixed(0)} KB/s in`
  );
}
