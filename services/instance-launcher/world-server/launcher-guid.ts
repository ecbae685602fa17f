import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDashedGuid } from "@ows/protocol/http";

/** The launcher's identity: made once, then read, so that a restart is the same world server. */
export function launcherGuid(dataDir: string): string {
  const dir = join(dataDir, "launcher");
  const file = join(dir, "launcher-guid");
  try {
    const text = readFileSync(file, "utf8").trim();
    if (isDashedGuid(text)) return text.toLowerCase();
  } catch {
    // The first start.
  }
  const guid = randomUUID();
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, `${guid}\n`, { mode: 0o600 });
  return guid;
}
