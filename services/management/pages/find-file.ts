import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

export type FoundFile = { readonly path: string; readonly size: number; readonly etag: string };

/** A name that can't lead anywhere else: no dots at its start, no slashes or backslashes, no drive, nothing unseen. */
const PLAIN_NAME = /^[\w~-][\w.~ -]*$/;

/**
 * The file that a URL path (decoded, without its query) names inside `root`; undefined for everything else, whether it
 * is not there, is no file, or lies outside. A path that ends in a slash names the folder's `index.html`.
 */
export async function findFile(root: string, urlPath: string): Promise<FoundFile | undefined> {
  const names = urlPath.split("/").filter((name, index, all) => name !== "" || index < all.length - 1);
  if (urlPath === "" || urlPath.endsWith("/")) names.push("index.html");
  if (!names.every((name) => PLAIN_NAME.test(name))) return undefined;
  try {
    const [realRoot, realFile] = await Promise.all([realpath(root), realpath(join(root, ...names))]);
    if (!realFile.startsWith(realRoot + sep)) return undefined;
    const found = await stat(realFile);
    if (!found.isFile()) return undefined;
    return { path: realFile, size: found.size, etag: `"${found.size.toString(36)}-${found.mtimeMs.toString(36)}"` };
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

function isNotThere(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "ELOOP";
}
