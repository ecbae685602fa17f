import { readBotSettings } from "./bot-settings.ts";
import { runBots } from "./run-bots.ts";

const settings = readBotSettings(process.env);
if (typeof settings === "string") {
  console.error(settings);
  process.exitCode = 1;
} else {
  const stopping = new AbortController();
  const stop = () => (stopping.signal.aborted ? process.exit(1) : stopping.abort());
  process.on("SIGTERM", stop).on("SIGINT", stop);
  await runBots(settings, stopping.signal, (line) => console.log(line));
  process.off("SIGTERM", stop).off("SIGINT", stop);
}
