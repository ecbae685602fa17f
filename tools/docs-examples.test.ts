import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
// Inside the tree, where `@ows/game` is found.
const folder = mkdtempSync(join(root, "tools/.examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const examples = ["README.md", "docs/writing-a-game.md"].flatMap((page) => {
  const blocks = [...readFileSync(join(root, page), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(
    (match) => match[1] ?? "",
  );
  return blocks
    .filter((code) => code.includes("defineGame("))
    .map((code, i) => ({ page, code, file: `${i}-${page.replaceAll(/\W/g, "-")}.ts` }));
});

test("every page that teaches games has one", () => {
  expect(examples.map(({ page }) => page)).toEqual(["README.md", "docs/writing-a-game.md"]);
});

test.each(examples)("the game in $page is a game, and its types are right", async ({ code, file }) => {
  const path = join(folder, file);
  writeFileSync(path, code);
  const module = (await import(pathToFileURL(path).href)) as { default: { definition: { tickHz: number } } };
  expect(module.default.definition.tickHz).toBe(20);
  const config = join(folder, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ extends: "../../tsconfig.node.json", include: ["*.ts"] }));
  const tsc = spawnSync("tsc", ["-p", config, "--pretty", "false"], { encoding: "utf8" });
  expect(tsc.stdout).toBe("");
});
