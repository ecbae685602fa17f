import { management } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { ManagementContext } from "../context.ts";

export const getMeshes = route(management.meshes, (_call, { meshes }: ManagementContext) => meshes.read());
