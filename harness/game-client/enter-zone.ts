import game from "@ows/demo/game";
import { schemaOf, type Welcome } from "@ows/protocol/game";
import { waitUntil } from "../dev-stack/wait-until.ts";
import type { Account } from "./account.ts";
import { RawGameClient } from "./raw-client.ts";

/** A client whose avatar stands in the world and has been seen there. */
export type Entered = { readonly client: RawGameClient; readonly welcome: Welcome };

/** Asks the backend for a server and attaches there with the ticket. Throws with the reason when either refuses. */
export async function enterZone(account: Account, zoneName?: string): Promise<Entered> {
  const join = await account.join(zoneName);
  if (!join.success) throw new Error(`no server: ${join.errorMessage}`);
  return attach(join.url ?? "", "ticket", join.ticket ?? "");
}

/** Attaches to a server that is known, and waits for the first sight of the own avatar. */
export async function attach(url: string, mode: "ticket" | "resume", token: string): Promise<Entered> {
  const client = new RawGameClient(url, schemaOf(game));
  try {
    const welcome = await client.attach(mode, token);
    await waitUntil("the first snapshot", () => client.own ?? client.closed);
    if (client.own === undefined) throw new Error(`closed before the first snapshot: ${client.closing?.code}`);
    return { client, welcome };
  } catch (error) {
    client.socket.terminate();
    throw error;
  }
}
