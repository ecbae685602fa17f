import { createReadStream } from "node:fs";
import { ServiceError } from "@ows/service-kit";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ManagementSettings } from "../settings.ts";
import { contentTypeOf } from "./content-type.ts";
import { findFile } from "./find-file.ts";
import { securityHeaders } from "./security-headers.ts";

export type PageSettings = Pick<
  ManagementSettings,
  "dashboardDir" | "demoDir" | "gamePageDir" | "publicApiUrl" | "customerGuid"
>;

type Site = { readonly name: string; readonly root: string; readonly headers: Readonly<Record<string, string>> };

/**
 * Serves the dashboard at `/`, the demo at `/demo/` and another game's page at `/game/`. Who owns which ground, which
 * a page may show, is at `partition.json?zone=<name>` beside it.
 */
export function servePages(
  app: FastifyInstance,
  settings: PageSettings,
  partitionOf: (zoneName: string) => Promise<object>,
): void {
  serveGamePage(app, { name: "demo", root: settings.demoDir }, settings, partitionOf);
  serveGamePage(app, { name: "game", root: settings.gamePageDir }, settings, partitionOf);
  const dashboard: Site = { name: "dashboard", root: settings.dashboardDir, headers: securityHeaders([]) };
  app.get("/*", (request, reply) => sendFile(dashboard, wildcardOf(request), request, reply));
}

/** A page that plays: what it must know is at `config.json` beside it. */
function serveGamePage(
  app: FastifyInstance,
  { name, root }: { readonly name: string; readonly root: string },
  settings: PageSettings,
  partitionOf: (zoneName: string) => Promise<object>,
): void {
  const { publicApiUrl, customerGuid } = settings;
  // Zone servers may be on any machine, so any WebSocket is allowed.
  const headers = securityHeaders([new URL(publicApiUrl).origin, "ws:", "wss:"]);
  const site: Site = { name, root, headers };
  app.get(`/${name}/config.json`, (_request, reply) =>
    reply.headers({ ...headers, "cache-control": "no-store" }).send({ publicApiUrl, customerGuid }),
  );
  app.get(`/${name}/partition.json`, async (request, reply) => {
    const partition = await partitionOf(zoneOf(request.query));
    return reply.headers({ ...headers, "cache-control": "no-store" }).send(partition);
  });
  // The router takes both forms; relative links in the page need the one with the slash.
  app.get(`/${name}`, (request, reply) =>
    pathOf(request).endsWith("/") ? sendFile(site, "", request, reply) : reply.redirect(`/${name}/`, 308),
  );
  app.get(`/${name}/*`, (request, reply) => sendFile(site, wildcardOf(request), request, reply));
}

async function sendFile(site: Site, path: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const file = site.root === "" ? undefined : await findFile(site.root, path);
  if (file === undefined) {
    const isUnbuilt = path === "" && (site.root === "" || (await findFile(site.root, "index.html")) === undefined);
    throw new ServiceError(
      "not-found",
      isUnbuilt ? `The ${site.name} is not built: npm run build.` : "There is no such page.",
    );
  }
  reply.headers({ ...site.headers, "cache-control": cachingOf(path), etag: file.etag });
  if (request.headers["if-none-match"] === file.etag) return reply.code(304).send();
  reply.headers({ "content-type": contentTypeOf(file.path), "content-length": file.size });
  return reply.send(
    request.method === "HEAD" ? null : createReadStream(file.path, { end: Math.max(0, file.size - 1) }),
  );
}

/** Names under `assets/` carry the hash of their content; everything else is asked for again each time. */
function cachingOf(path: string): string {
  return /^assets\/.+-[\w-]{8}\.\w+$/.test(path) ? "public, max-age=31536000, immutable" : "no-cache";
}

function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? "").split("?")[0] ?? "";
}

function wildcardOf(request: FastifyRequest): string {
  const params: unknown = request.params;
  const isRecord = typeof params === "object" && params !== null && "*" in params;
  return isRecord && typeof params["*"] === "string" ? params["*"] : "";
}

function zoneOf(query: unknown): string {
  const isRecord = typeof query === "object" && query !== null && "zone" in query;
  return isRecord && typeof query.zone === "string" ? query.zone : "";
}
