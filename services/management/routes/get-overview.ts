import { management } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { ManagementContext } from "../context.ts";

export const getOverview = route(management.overview, (_call, { overview }: ManagementContext) => overview.read());
