import { globalData } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { GlobalDataContext } from "../context.ts";

export const getGlobalDataItem = route(globalData.getGlobalDataItem, (call, { store }: GlobalDataContext) =>
  store.globalData.get(call.customerGuid, call.request.globalDataKey ?? ""),
);
