import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DemoPage } from "../browser/demo-page.ts";
import { openBrowser } from "../browser/open-browser.ts";
import { processesMentioning } from "../dev-stack/processes.ts";
import { type DevStack, startDev } from "../dev-stack/start-dev.ts";

const PHONE = { width: 390, height: 844 };

let dev: DevStack;
let browser: Browser;
let demoUrl: string;

beforeAll(async () => {
  // Of its only server a page must say more when that is killed; how it goes on with several is a test of its own.
  dev = await startDev({ portBase: 5500, bots: 12, pages: true, servers: 1 });
  demoUrl = `${dev.management}/demo/`;
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await dev?.[Symbol.asyncDispose]();
});

test("a visitor signs in with one click, sees bots walk, walks, talks, and is where they were after a reload", async () => {
  const demo = await DemoPage.open(browser, demoUrl);
  await demo.page.getByRole("button", { name: "Enter the meadow" }).click();
  const arrived = await demo.until((d) => d.state === "in-world" && d.me !== undefined && d.counts.players >= 3);
  expect(arrived.server?.zone).toBe("Meadow");

  const before = new Map(arrived.others.map((other) => [other.ref, other]));
  await demo.until((d) => d.others.some((other) => other.name.startsWith("Bot")));
  await demo.page.keyboard.down("d");
  await demo.until((d) => d.me!.x > arrived.me!.x + 5);
  await demo.page.keyboard.up("d");
  const walked = await demo.view();
  expect(walked.me!.x - arrived.me!.x).toBeGreaterThan(5);
  expect(walked.others.some((other) => moved(before.get(other.ref), other))).toBe(true);

  await demo.page.keyboard.press("Enter");
  await demo.page.keyboard.type("hello meadow");
  await demo.page.keyboard.press("Enter");
  await demo.page.getByText("hello meadow").first().waitFor();

  const left = (await demo.view()).me!;
  await demo.page.reload();
  const back = await demo.until((d) => d.state === "in-world" && d.me !== undefined);
  expect(back.me).toMatchObject({ ref: left.ref, name: left.name });
  expect(Math.hypot(back.me!.x - left.x, back.me!.y - left.y)).toBeLessThan(1);
  expect(demo.problems).toEqual([]);
  await demo.page.context().close();
});

test("two tabs with one character: the newer one plays, the older one says so and offers a way back", async () => {
  const context = await browser.newContext();
  const url = `${demoUrl}?auto=1&name=Twofold`;
  const older = await DemoPage.open(context, url);
  const first = await older.until((d) => d.state === "in-world" && d.me !== undefined);
  const newer = await DemoPage.open(context, url);
  const second = await newer.until((d) => d.state === "in-world" && d.me !== undefined);
  expect(second.me!.ref).toBe(first.me!.ref);
  await older.until((d) => d.state === "closed");
  await older.page.getByText("You are playing elsewhere").waitFor();
  expect((await newer.view()).state).toBe("in-world");

  await older.page.getByRole("button", { name: "Come back" }).click();
  await older.until((d) => d.state === "in-world");
  await newer.until((d) => d.state === "closed");
  await context.close();
});

test("in a window the size of a phone a thumb walks", async () => {
  const demo = await DemoPage.open(browser, `${demoUrl}?auto=1&name=Thumbelina`, { viewport: PHONE, hasTouch: true });
  const arrived = await demo.until((d) => d.state === "in-world" && d.me !== undefined);
  const overflows = await demo.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(overflows).toBe(false);
  const touch = await demo.page.context().newCDPSession(demo.page);
  const at = (x: number) => ({ touchPoints: [{ x, y: 560, id: 1 }] });
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", ...at(120) });
  await touch.send("Input.dispatchTouchEvent", { type: "touchMove", ...at(190) });
  await demo.until((d) => d.me!.x > arrived.me!.x + 3);
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await demo.page.getByRole("button", { name: "Hit" }).waitFor();
  expect(demo.problems).toEqual([]);
  await demo.page.context().close();
});

test("kill -9 of the zone server: the page says what happens and brings its player back", async () => {
  const demo = await DemoPage.open(browser, `${demoUrl}?auto=1&name=Survivor`);
  const before = await demo.until((d) => d.state === "in-world" && d.me !== undefined);
  const [server] = processesMentioning(dev.instanceManagement).filter((p) => p.command.includes("-zoneinstanceid="));
  process.kill(server!.pid, "SIGKILL");
  const told = await demo.until((d) => d.state === "reconnecting");
  expect(told.message).not.toBe("");
  const back = await demo.until((d) => d.state === "in-world" && d.me !== undefined, 30_000);
  expect(back.server!.zoneInstanceId).not.toBe(before.server!.zoneInstanceId);
  expect(back.me!.name).toBe("Survivor");
  await demo.page.context().close();
});

test("the dashboard shows the services, the zone instance and its players", async () => {
  const page = await (await browser.newContext()).newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(dev.management);
  for (const service of ["public-api", "instance-management", "character-persistence", "global-data"]) {
    await page.getByText(service).first().waitFor();
  }
  await page.getByText("Meadow").first().waitFor();
  await page.getByText(/Bot/).first().waitFor();
  expect(problems).toEqual([]);
});

function moved(before: { x: number; y: number } | undefined, after: { x: number; y: number }): boolean {
  return before !== undefined && Math.hypot(after.x - before.x, after.y - before.y) > 0.2;
}
