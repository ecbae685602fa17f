import { globalData } from "@ows/protocol/http";
import { route } from "@ows/service-kit";
import type { GlobalDataContext } from "../context.ts";

const KEY_LIMIT = 50;

export const addOrUpdateGlobalDataItem = route(
  globalData.addOrUpdateGlobalDataItem,
  async (call, { store }: GlobalDataContext) => {
    const { globalDataKey, globalDataValue } = call.request;
    const mistake = mistakeIn(globalDataKey, globalDataValue);
    if (mistake !== undefined) return { success: false, errorMessage: mistake };
    await store.globalData.put(call.customerGuid, globalDataKey ?? "", globalDataValue ?? "");
    return { success: true, errorMessage: "" };
  },
);

function mistakeIn(key: string | null, value: string | null): string | undefined {
  if (key === null || key === "") return "Please give a Global Data Key.";
  if (key.length > KEY_LIMIT) return `A Global Data Key has at most ${KEY_LIMIT} characters.`;
  if (value === null) return "Please give a Global Data Value.";
  return undefined;
}
