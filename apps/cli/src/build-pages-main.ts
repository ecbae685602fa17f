import { build } from "vite";
import { markBuilt, sites, sourceHash } from "./dev/sites.ts";

// `npm run build` builds all pages; with names as arguments only those.
const wanted = process.argv.slice(2);
for (const site of Object.values(sites)) {
  if (wanted.length > 0 && !wanted.includes(site.name)) continue;
  const hash = sourceHash(site);
  await build({
    root: site.root,
    base: site.base,
    logLevel: wanted.length > 0 ? "warn" : "info",
    build: { outDir: site.dist, emptyOutDir: true },
  });
  markBuilt(site, hash);
}
