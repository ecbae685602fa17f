import { management } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { ManagementContext } from "../context.ts";

export const getLiveMap = route(management.liveMap, (call, { maps }: ManagementContext) =>
  maps.read(call.request.zoneInstanceId),
);
