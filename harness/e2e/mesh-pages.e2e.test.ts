import { callEndpoint, management } from "@ows/protocol/http";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DemoPage } from "../browser/demo-page.ts";
import { openBrowser } from "../browser/open-browser.ts";
import { meshOf } from "../chaos/border.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";
import { waitUntil } from "../dev-stack/wait-until.ts";

const PHONE = { width: 390, height: 844 };

let dev: DevStack;
let browser: Browser;

beforeAll(async () => {
  dev = await startDev({ portBase: 7960, servers: 3, bots: 8, pages: true });
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await dev?.[Symbol.asyncDispose]();
});

test("the dashboard shows servers, links, ghosts and handoffs, and of a player that is clicked where it belongs", async () => {
  const { page, problems } = await openDashboard();
  await page.getByText("Meadow on 3 servers").waitFor();
  await page.getByRole("row", { name: /#1 ↔ #2 up/ }).waitFor();
  await page.getByText(/^Ghosts of #\d/).waitFor();
  const before = await page.getByText(/^Ghosts of #\d/).textContent();
  const other = before?.endsWith("#1") ? "#2" : "#1";
  await page.locator(".grounds").getByText(other).click();
  await page.getByText(`Ghosts of ${other}`).waitFor();

  await page.locator(".people").getByText("Bot01").click();
  const details = page.getByRole("region", { name: "The chosen entity" });
  await details.getByText(/ground, .* m from that of #\d|on ground of #\d/).waitFor();
  await details.getByText(/Nothing calls it elsewhere|Waits for|asked/).waitFor();
  await details.getByRole("button", { name: "Find its handoffs" }).click();
  expect(await page.getByLabel("Find handoffs").inputValue()).toMatch(/^Bot01/);
  await details.getByRole("button", { name: "Close" }).click();
  await page.getByText("Click an entity").waitFor();
  expect(problems).toEqual([]);
  await page.context().close();
});

test("an entity on the map is clicked where it is drawn", async () => {
  const { page } = await openDashboard();
  const canvas = page.locator(".map canvas");
  await canvas.waitFor();
  const dummy = await waitUntil("a dummy is on the map", async () => {
    const map = await callEndpoint(management.liveMap, { ...at(), body: { zoneInstanceId: 1 } });
    return map.entities.find(({ className }) => className === "Dummy") && map;
  });
  const { bounds, entities } = dummy;
  const { id, x, y } = entities.find(({ className }) => className === "Dummy")!;
  const { width, height } = (await canvas.boundingBox())!;
  // The whole zone is in the middle of the canvas, north up, 12 pixels from its edge.
  const scale = Math.min((width - 24) / (bounds.maxX - bounds.minX), (height - 24) / (bounds.maxY - bounds.minY));
  const middle = { x: (bounds.minX + bounds.maxX) / 2, y: (bounds.minY + bounds.maxY) / 2 };
  const position = { x: width / 2 + (x - middle.x) * scale, y: height / 2 - (y - middle.y) * scale };
  const details = page.getByRole("region", { name: "The chosen entity" });
  await waitUntil("the dummy, and nobody who walks over it, is chosen", async () => {
    await canvas.click({ position });
    return (await details.textContent())?.includes(`entity ${id}`);
  });
  await page.context().close();
});

test("dashboard and demo fit a phone", async () => {
  const { page } = await openDashboard(PHONE);
  await page.getByText("Meadow on 3 servers").waitFor();
  const demo = await DemoPage.open(browser, `${dev.management}/demo/?auto=1&name=Thumbling`, {
    viewport: PHONE,
    hasTouch: true,
  });
  await demo.until((d) => d.state === "in-world");
  for (const each of [page, demo.page]) {
    expect(await each.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await each.context().close();
  }
});

test("kill -9 of a server: its player reads what happened, the dashboard says who was lost and where its ground went", async () => {
  const { page, problems } = await openDashboard();
  await page.getByText("Meadow on 3 servers").waitFor();
  const demo = await DemoPage.open(browser, `${dev.management}/demo/?auto=1&name=Phoenix`);
  const before = await demo.until((d) => d.state === "in-world" && d.me !== undefined);
  const { zoneInstanceId, name } = before.server!;
  process.kill(await pidOf(zoneInstanceId), "SIGKILL");
  await demo.until((d) => d.state === "in-world" && d.server?.zoneInstanceId !== zoneInstanceId, 30_000);
  // Where another server had a copy that was up to date, nobody notices: then the change is a handoff like any other.
  const told = await waitUntil("the page tells what it cost", async () => {
    const notice = (await demo.page.locator(".notice").textContent()) ?? "";
    const felt = /Last one(\d+ ms, \d+\.\d\d m)/.exec((await demo.page.locator(".hud").textContent()) ?? "");
    return notice.includes(name) ? notice : felt?.[1];
  });
  console.log(told);

  await page.getByText(`Server #${zoneInstanceId} of Meadow was lost`).waitFor();
  await page.getByText("Meadow on 2 servers").waitFor();
  const loss = page.locator(".losses");
  await loss.getByText(/lost \d+ s ago, was ended by SIGKILL/).waitFor();
  await loss.getByText(/Its ground went to/).waitFor();
  console.log(await loss.textContent());
  const mesh = await meshOf(dev);
  expect(mesh?.losses).toMatchObject([{ zoneInstanceId }]);
  expect(mesh?.losses[0]?.entitiesBefore).toBeGreaterThan(0);
  expect(problems).toEqual([]);
  await page.context().close();
  await demo.page.context().close();
});

async function openDashboard(viewport = { width: 1400, height: 900 }): Promise<{ page: Page; problems: string[] }> {
  const page = await (await browser.newContext({ viewport })).newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(dev.management);
  return { page, problems };
}

const at = () => ({ baseUrl: dev.management, customerGuid: dev.customerGuid });

async function pidOf(zoneInstanceId: number): Promise<number> {
  const { instances } = await callEndpoint(management.overview, at());
  const pid = instances.find((instance) => instance.zoneInstanceId === zoneInstanceId)?.server?.pid;
  if (pid === undefined) throw new Error(`the overview knows no process of zone instance ${zoneInstanceId}`);
  return pid;
}
