import { publicApi } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { PublicApiContext } from "../context.ts";

export const logout = route(publicApi.logout, async (call, { store }: PublicApiContext) => {
  await store.users.deleteSession(call.customerGuid, call.request.userSessionGUID);
  return { success: true, errorMessage: "" };
});
