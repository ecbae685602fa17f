import { CREDENTIAL_HEADER, zoneCredential } from "@ows/protocol/ticket";
import type { Inspection } from "@ows/zone-server";
import { DEV_SERVICE_SECRET, type DevStack } from "../dev-stack/start-dev.ts";

/** What a zone server says of itself; `undefined` when it does not answer. */
export async function inspectServer(
  dev: DevStack,
  { zoneInstanceId, port }: { readonly zoneInstanceId: number; readonly port: number },
): Promise<Inspection | undefined> {
  const credential = zoneCredential(DEV_SERVICE_SECRET, dev.customerGuid, zoneInstanceId);
  const headers = { [CREDENTIAL_HEADER]: credential };
  const response = await fetch(`http://127.0.0.1:${port}/inspect`, { headers }).catch(() => undefined);
  return response?.ok ? ((await response.json()) as Inspection) : undefined;
}
