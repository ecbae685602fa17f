import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { storeContract } from "../contract/index.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

storeContract("SQLite in memory", ({ now }) => openSqliteStore({ file: ":memory:", now }));

storeContract("SQLite in a file", async ({ now }) => {
  const folder = await mkdtemp(join(tmpdir(), "ows-store-"));
  folders.push(folder);
  return openSqliteStore({ file: join(folder, "ows.sqlite"), now });
});
