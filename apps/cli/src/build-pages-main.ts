import { build } from "vite";
import { markBuilt, sites, sourceHash } from "./dev/sites.ts";

// `npm run build` builds all pages; with names as arguments only those. One that fails does not stop the others.
const wanted = process.argv.slice(2);
for (const site of Object.values(sites)) {
  if (wanted.length > 0 && !wanted.includes(site.name)) continue;
  const hash = sourceHash(site);
  try {
    await build({ root: site.root, logLevel: wanted.length > 0 ? "error" : "info" });
    markBuilt(site, hash);
  } catch (error) {
    console.error(`the ${site.name} could not be built: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
