import { globalData } from "@ows/protocol/http";
import { afterAll, expect, test } from "vitest";
import {
  logger,
  pluginOf,
  storeWithCustomer,
  testServiceSettings,
  unservedEndpoints,
} from "../test-support/ows-wire.ts";
import { startGlobalData } from "./service.ts";

const { store, customerGuid } = await storeWithCustomer();
const service = await startGlobalData({ settings: testServiceSettings, store, logger });
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});
const plugin = pluginOf(service.url, customerGuid);

test("an item is written, read and replaced", async () => {
  const put = (value: string) =>
    plugin.post("api/GlobalData/AddOrUpdateGlobalDataItem", { globalDataKey: "Weather", globalDataValue: value });
  expect((await put("rain")).text).toBe('{"success":true,"errorMessage":""}');
  await put("sun ☀");
  const item = await plugin.get("api/GlobalData/GetGlobalDataItem/Weather");
  expect(item.text).toBe(`{"customerGuid":"${customerGuid}","globalDataKey":"Weather","globalDataValue":"sun ☀"}`);
});

test("a key that nobody wrote is 204", async () => {
  expect(await plugin.get("api/GlobalData/GetGlobalDataItem/Nothing")).toMatchObject({ status: 204, text: "" });
});

test.each([
  [{ globalDataKey: "", globalDataValue: "x" }, "Please give a Global Data Key."],
  [{ globalDataValue: "x" }, "Please give a Global Data Key."],
  [{ globalDataKey: "k".repeat(51), globalDataValue: "x" }, "A Global Data Key has at most 50 characters."],
  [{ globalDataKey: "k" }, "Please give a Global Data Value."],
])("a write that can't be kept says so: %j", async (body, errorMessage) => {
  const answer = await plugin.post("api/GlobalData/AddOrUpdateGlobalDataItem", body);
  expect(answer).toMatchObject({ status: 200, json: { success: false, errorMessage } });
});

test("another customer sees nothing of it: an unknown one is 401", async () => {
  const stranger = pluginOf(service.url, "00000000-0000-0000-0000-000000000001");
  expect((await stranger.get("api/GlobalData/GetGlobalDataItem/Weather")).status).toBe(401);
});

test("the plugin's own body is taken", async () => {
  const { pluginRequest, path } = globalData.addOrUpdateGlobalDataItem;
  expect((await plugin.post(path.slice(1), pluginRequest)).json).toEqual({ success: true, errorMessage: "" });
});

test("the status is true while the database answers, and 503 when it does not", async () => {
  expect((await plugin.get("api/System/Status")).text).toBe("true");
  const gone = await storeWithCustomer();
  await using orphan = await startGlobalData({ settings: testServiceSettings, store: gone.store, logger });
  await gone.store[Symbol.asyncDispose]();
  const answer = await pluginOf(orphan.url, customerGuid).get("api/System/Status");
  expect(answer).toMatchObject({ status: 503, json: { errorMessage: "The database can't answer now. Try again." } });
});

test("every endpoint of the table is served", async () => {
  expect(await unservedEndpoints("global-data", service.url)).toEqual([]);
});
