import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A page that Vite builds from `root` into `dist`. */
export type Site = { readonly name: string; readonly root: string; readonly dist: string };
export type Sites = { readonly dashboard: Site; readonly demo: Site };

const HOUSE = fileURLToPath(new URL("../../../..", import.meta.url));
const STAMP = ".built-from";
/** What pages import besides their own folder. */
const SHARED = ["packages/base/src", "packages/game/src", "packages/client/src", "packages/protocol/src"];

export const sites: Sites = {
  dashboard: siteIn("dashboard"),
  demo: siteIn("demo"),
};

/** The page beside a game module, if its folder has one; built into the data folder. */
export function gameSite(game: string | undefined, dataDir: string): Site | undefined {
  if (game === undefined || !existsSync(join(dirname(game), "index.html"))) return undefined;
  return { name: "game", root: dirname(game), dist: join(dataDir, "pages", "game") };
}

function siteIn(name: string): Site {
  const root = join(HOUSE, "apps", name);
  return { name, root, dist: join(root, "dist") };
}

/** True when the page was built from exactly the sources that are there now. */
export function isBuilt(site: Site): boolean {
  const stamp = join(site.dist, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === sourceHash(site);
}

/** Notes what the page was built from; `hash` was taken before the build, so a change during it is not missed. */
export function markBuilt(site: Site, hash: string): void {
  writeFileSync(join(site.dist, STAMP), hash);
}

/** A hash over the names and contents of everything the page is made of. */
export function sourceHash(site: Site): string {
  const hash = createHash("sha256");
  const folders = [site.root, ...SHARED.map((folder) => join(HOUSE, folder))];
  for (const file of [join(HOUSE, "package-lock.json"), ...folders.flatMap(filesIn)]) {
    if (existsSync(file)) hash.update(file.slice(HOUSE.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (["node_modules", "dist", ".ows", ".git"].includes(entry.name) || /\.test\.tsx?$/.test(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : entry.isFile() ? [path] : [];
    });
}
