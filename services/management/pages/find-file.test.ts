import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { contentTypeOf } from "./content-type.ts";
import { findFile } from "./find-file.ts";

const folder = mkdtempSync(join(tmpdir(), "ows-pages-"));
const root = join(folder, "dist");
mkdirSync(join(root, "assets"), { recursive: true });
mkdirSync(`${root}-private`);
for (const [name, content] of [
  ["dist/index.html", "<!doctype html>"],
  ["dist/assets/main-abc12345.js", "export {}"],
  ["dist/.env", "hidden"],
  ["secret.txt", "secret"],
  ["dist-private/index.html", "private"],
] as const) {
  writeFileSync(join(folder, name), content);
}
symlinkSync(join(folder, "secret.txt"), join(root, "link.txt"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a path names the file of that name, and a folder its index", async () => {
  expect(await findFile(root, "")).toMatchObject({ path: join(root, "index.html"), size: 15 });
  expect(await findFile(root, "assets/main-abc12345.js")).toMatchObject({ size: 9 });
});

test.each([
  "../secret.txt",
  "assets/../../secret.txt",
  "..",
  "../dist-private/index.html",
  "..\\secret.txt",
  "assets\\..\\..\\secret.txt",
  "/etc/passwd",
  "//etc/passwd",
  "C:/windows/win.ini",
  "link.txt",
  ".env",
  "assets/.",
  "assets",
  "index.html\0.png",
  "missing.js",
  "index.html/inside",
  "a".repeat(5000),
])("%j names nothing that is served", async (path) => {
  expect(await findFile(root, path)).toBeUndefined();
});

test("a type follows from the name, and an unknown one is only bytes", () => {
  expect(contentTypeOf("x/INDEX.HTML")).toBe("text/html; charset=utf-8");
  expect(contentTypeOf("a.mjs")).toBe("application/octet-stream");
});
