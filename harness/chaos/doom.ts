import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { machineClock } from "../bench/machine-clock.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";
import type { KillPoint } from "./kill-scene.ts";

/** What a zone server is to do to itself, and at which point of whose handoff. */
export type DoomOrder = {
  readonly entity: number;
  readonly role: "source" | "target";
  readonly point: KillPoint;
  readonly deed: "die" | "cut";
  /** Whether what the server had to say at that point is said before, where that is its choice. */
  readonly lastWords: boolean;
};

/** Names the folder of orders to zone servers that are started with `dying-zone-main.ts`. */
export const DOOM_DIRECTORY = "CHAOS_DOOM_DIRECTORY";

/** Orders one zone server; done when it has taken note. */
export async function order(directory: string, zoneInstanceId: number, doom: DoomOrder): Promise<void> {
  const file = orderFile(directory, zoneInstanceId);
  writeFileSync(`${file}.new`, JSON.stringify(doom));
  renameSync(`${file}.new`, file);
  await waitUntil(`server ${zoneInstanceId} takes note`, () => !existsSync(file));
}

/** When the server did it, by the clock of this machine; `undefined` if it has not yet. */
export function deedOf(directory: string, zoneInstanceId: number): number | undefined {
  const file = deedFile(directory, zoneInstanceId);
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

export function forgetDeed(directory: string, zoneInstanceId: number): void {
  rmSync(deedFile(directory, zoneInstanceId), { force: true });
}

/** For the server: takes its order, if there is one. */
export function takeOrder(directory: string, zoneInstanceId: number): DoomOrder | undefined {
  const file = orderFile(directory, zoneInstanceId);
  if (!existsSync(file)) return undefined;
  const doom = JSON.parse(readFileSync(file, "utf8")) as DoomOrder;
  rmSync(file);
  return doom;
}

/** For the server: the last thing that it does, or the first after. */
export function noteDeed(directory: string, zoneInstanceId: number): void {
  writeFileSync(deedFile(directory, zoneInstanceId), String(machineClock.nowMs()));
}

function orderFile(directory: string, zoneInstanceId: number): string {
  return join(directory, `${zoneInstanceId}.order`);
}

function deedFile(directory: string, zoneInstanceId: number): string {
  return join(directory, `${zoneInstanceId}.deed`);
}
