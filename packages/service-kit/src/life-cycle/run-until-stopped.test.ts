import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const kit = fileURLToPath(new URL("../index.ts", import.meta.url));

/** Runs a program of its own, since signals and exit codes belong to a process. */
function run(start: string) {
  const program = `import { runUntilStopped, SettingsError } from ${JSON.stringify(kit)};
    const log = (text) => console.log(text);
    const keepAlive = setInterval(() => {}, 1000);
    await runUntilStopped(async (signal) => { ${start} });
    clearInterval(keepAlive);
    log("over");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const seen = { out: "", err: "" };
  child.stdout.on("data", (data) => (seen.out += data));
  child.stderr.on("data", (data) => (seen.err += data));
  return { child, seen, exited: once(child, "close").then(([code]) => Number(code)) };
}

async function saying(text: string, program: ReturnType<typeof run>): Promise<void> {
  while (!program.seen.out.includes(text)) await once(program.child.stdout, "data");
}

test("a signal disposes the program, which then ends by itself", async () => {
  const program = run('log("up"); return { [Symbol.asyncDispose]: async () => log("disposed") };');
  await saying("up", program);
  program.child.kill("SIGTERM");
  expect(await program.exited).toBe(0);
  expect(program.seen.out).toBe("up\ndisposed\nover\n");
});

test("a second signal ends a stop that hangs", async () => {
  const program = run(
    'log("up"); return { [Symbol.asyncDispose]: () => { log("stopping"); return new Promise(() => {}); } };',
  );
  await saying("up", program);
  program.child.kill("SIGINT");
  await saying("stopping", program);
  program.child.kill("SIGINT");
  expect(await program.exited).toBe(1);
});

test("a wrong setting is one clear text without a stack", async () => {
  const program = run('throw new SettingsError(["OWS_PORT=http: expected a port"]);');
  expect(await program.exited).toBe(1);
  expect(program.seen.err).toBe("Bad configuration:\n  OWS_PORT=http: expected a port\n");
});
