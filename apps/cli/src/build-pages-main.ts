import { resolve } from "node:path";
import { build } from "vite";
import { markBuilt, type Site, sites, sourceHash } from "./dev/sites.ts";

// `npm run build` builds the pages of this project; `name=root=dist` arguments name others.
const wanted = process.argv.slice(2).map(siteFrom);
for (const site of wanted.length > 0 ? wanted : Object.values(sites)) {
  const hash = sourceHash(site);
  try {
    const logLevel = wanted.length > 0 ? "error" : "info";
    await build({ root: site.root, base: "./", logLevel, build: { outDir: site.dist, emptyOutDir: true } });
    markBuilt(site, hash);
  } catch (error) {
    // One that fails does not stop the others.
    console.error(`the ${site.name} could not be built: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

function siteFrom(argument: string): Site {
  const [name = "", root = "", dist = ""] = argument.split("=");
  return { name, root: resolve(root), dist: resolve(dist) };
}
