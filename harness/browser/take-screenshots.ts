import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { borderOf } from "../chaos/border.ts";
import { startDev } from "../dev-stack/start-dev.ts";
import { DemoPage } from "./demo-page.ts";
import { openBrowser } from "./open-browser.ts";

/** Takes the pictures of the README from a running world: `node harness/browser/take-screenshots.ts`. */
const IMAGES = resolve(import.meta.dirname, "../../docs/images");
mkdirSync(IMAGES, { recursive: true });

await using dev = await startDev({ portBase: 5800, servers: 2, bots: 40, pages: true });
await using browser = await openBrowser();
const size = { width: 1280, height: 720 };
const demo = await DemoPage.open(browser, `${dev.management}/demo/?auto=1&name=Wanda`, { viewport: size });
await demo.until((d) => d.state === "in-world" && d.counts.players > 15);
for (const line of ["Hello, Meadow!", "Nice slimes."]) {
  await demo.page.keyboard.press("Enter");
  await demo.page.keyboard.type(line);
  await demo.page.keyboard.press("Enter");
  await demo.page.getByText(line).first().waitFor();
  await demo.page.waitForTimeout(1500);
}
await demo.page.screenshot({ path: `${IMAGES}/meadow.png` });

// At the border, right after the other server has taken over.
const { x } = await borderOf(dev);
const { me, server } = await demo.view();
const key = (me?.x ?? 0) < x ? "d" : "a";
await demo.page.keyboard.down(key);
await demo.until((d) => d.server?.zoneInstanceId !== server?.zoneInstanceId);
await demo.page.waitForTimeout(300);
await demo.page.keyboard.up(key);
// The interruption is known a second after the change.
await demo.page.waitForTimeout(1500);
await demo.page.screenshot({ path: `${IMAGES}/crossing.png` });

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
const thumb = await DemoPage.open(browser, `${dev.management}/demo/?auto=1&name=Thumbelina`, phone);
await thumb.until((d) => d.state === "in-world" && d.counts.players > 5);
await thumb.page.waitForTimeout(1500);
await thumb.page.screenshot({ path: `${IMAGES}/phone.png` });

const dashboard = await (await browser.newContext({ viewport: size })).newPage();
await dashboard.goto(dev.management);
await dashboard.getByText(/Bot/).first().waitFor();
await dashboard.waitForTimeout(3000);
await dashboard.screenshot({ path: `${IMAGES}/dashboard.png`, fullPage: true });
