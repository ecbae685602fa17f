import { expect, test } from "vitest";
import { commandTable } from "./command-table.ts";
import { runCommandLine } from "./run-command-line.ts";

async function run(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    env: {},
    cwd: "/",
  };
  return { code: await runCommandLine(argv, io), out: out.join("\n"), err: err.join("\n") };
}

test("without a command, and with help, the commands are listed", async () => {
  const { code, out } = await run();
  expect(code).toBe(0);
  for (const { name, summary } of commandTable) expect(out).toContain(`${name.padEnd(8)}  ${summary}`);
  expect((await run("help")).out).toBe(out);
  expect((await run("--help")).out).toBe(out);
});

test.each(commandTable)("$name has help with usage, an example and what it reads", async ({ name, summary }) => {
  const { code, out } = await run("help", name);
  expect(code).toBe(0);
  expect(out).toContain(`${summary}.`);
  expect(out).toContain(`Usage: ows ${name}`);
  expect(out).toContain("Examples:");
  expect((await run(name, "--help")).out).toBe(out);
});

test("help prints the variables from the tables that the programs read", async () => {
  expect((await run("help", "dev")).out).toMatch(/OWS_CUSTOMER_GUID .*X-CustomerGUID/);
  expect((await run("help", "launcher")).out).toMatch(/OWS_STARTING_INSTANCE_PORT .*\(7778\)/);
  expect((await run("help", "zone")).out).toMatch(/OWS_ZONE_CREDENTIAL .*\(required\)/);
  expect((await run("help", "serve")).out).toMatch(/OWS_PUBLIC_API_PORT .*\(44302\)/);
});

test.each([
  [["dve"], "there is no command dve; the commands are dev, serve, launcher, zone, db, new, help. Did you mean dev?"],
  [["--frob"], "there is no option --frob"],
  [["dev", "--bost", "1"], "ows dev has no option --bost"],
  [["dev", "--bots", "few"], "--bots expects a whole number from 0 to 2000, got few"],
  [["dev", "--port-base", "80"], "--port-base expects a whole number from 1024 to 65000, got 80"],
  [["dev", "--game", "nowhere.ts"], "--game: there is no file /nowhere.ts"],
  [["serve"], "ows serve needs a service: bus, character-persistence"],
  [["serve", "publicapi"], "there is no service publicapi"],
  [["db", "chekc"], "Did you mean check?"],
  [["new"], "ows new takes one folder"],
  [["help", "dev", "serve"], "ows help takes one command"],
])("%j makes no sense: exit code 2 and a sentence", async (argv, sentence) => {
  const { code, out, err } = await run(...argv);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(sentence);
});
