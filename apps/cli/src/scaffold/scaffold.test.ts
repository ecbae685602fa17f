import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { UsageError } from "../command.ts";
import { scaffold } from "./scaffold.ts";

function newPlace() {
  const cwd = mkdtempSync(join(tmpdir(), "ows-new-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const lines: string[] = [];
  return { cwd, lines, io: { out: (line: string) => void lines.push(line), err: () => {}, env: {}, cwd } };
}

test("a new game plays: its own test passes in a folder far from this project", { timeout: 60_000 }, async () => {
  const { cwd, io, lines } = newPlace();
  expect(scaffold("my-game", io)).toBe(0);
  expect(lines.join("\n")).toContain("dev --game ./my-game/game.ts");
  const folder = join(cwd, "my-game");
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ["--test"], { cwd: folder, env });
  expect(stdout).toMatch(/pass 2\n/);
});

test("the new folder says how to run it and what it needs", () => {
  const { cwd, io } = newPlace();
  scaffold("my-game", io);
  const manifest: unknown = JSON.parse(readFileSync(join(cwd, "my-game", "package.json"), "utf8"));
  expect(manifest).toMatchObject({ name: "my-game", scripts: { test: "node --test" } });
  expect(readFileSync(join(cwd, "my-game", "README.md"), "utf8")).toContain("dev --game ./game.ts");
  expect(existsSync(join(cwd, "my-game", "node_modules", "@ows", "game", "package.json"))).toBe(true);
});

test("a folder with something in it is left alone, and an impossible name refused", () => {
  const { cwd, io } = newPlace();
  scaffold("my-game", io);
  expect(() => scaffold("my-game", io)).toThrow(
    new UsageError(`${join(cwd, "my-game")} is not empty; name a new folder`),
  );
  expect(() => scaffold("My Game", io)).toThrow("can't be a game's name");
});
