import { Type } from "typebox";
import { endpointsOf } from "../endpoint.ts";
import { successAndErrorMessage } from "../models/common.ts";
import { guid, nullable, text } from "../schema.ts";
import { statusOf } from "./status.ts";

const { get, post } = endpointsOf("global-data");

export const globalData = {
  status: statusOf("global-data"),
  getGlobalDataItem: get("/api/GlobalData/GetGlobalDataItem/{globalDataKey}", {
    request: Type.Object({ globalDataKey: text }),
    response: nullable(Type.Object({ customerGuid: guid, globalDataKey: text, globalDataValue: text })),
    summary: "One item by key; 204 when there is none",
  }),
  addOrUpdateGlobalDataItem: post("/api/GlobalData/AddOrUpdateGlobalDataItem", {
    request: Type.Object({ globalDataKey: text, globalDataValue: text }),
    response: successAndErrorMessage,
    pluginRequest: { globalDataKey: "Weather", globalDataValue: "rain" },
    summary: "Writes one item",
  }),
} as const;
