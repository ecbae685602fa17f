import { mesh } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import { findInstance } from "@ows/world";
import type { InstanceManagementContext } from "../context.ts";

/** Proof of death: the row and the claims go, and who waited for this server is answered or gets another one. */
export const reportExit = route(
  mesh.reportExit,
  async ({ request, customerGuid, log }, { customers }: InstanceManagementContext) => {
    const { zoneInstanceId, exitCode, signal, reason } = request;
    log.info(request, "zone server has exited");
    const joins = await customers.of(customerGuid);
    const isStarting = findInstance(joins.state, zoneInstanceId)?.phase.kind === "starting";
    const neverRan = isStarting ? "could not be started" : "is not running";
    joins.dispatch({
      kind: "instance-exited",
      zoneInstanceId,
      reason: `zone server ${zoneInstanceId} ${request.pid === 0 ? neverRan : endOf(exitCode, signal)}`,
      ...(reason === null || reason === "" ? {} : { detail: reason }),
    });
    return { success: true, errorMessage: "" };
  },
);

function endOf(exitCode: number | null, signal: string | null): string {
  return signal === null ? `exited with code ${exitCode ?? "unknown"}` : `was ended by ${signal}`;
}
