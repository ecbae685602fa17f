import { publicApi } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { PublicApiContext } from "../context.ts";
import { sessionModel } from "../session-model.ts";

export const getUserSession = route(publicApi.getUserSession, async (call, { store }: PublicApiContext) => {
  const session = await store.users.getSession(call.customerGuid, call.request.userSessionGUID);
  return session === null ? null : sessionModel(session);
});
