import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { startDev } from "../dev-stack/start-dev.ts";
import { DemoPage } from "./demo-page.ts";
import { openBrowser } from "./open-browser.ts";

/** Takes the pictures of the README from a running world: `node harness/browser/take-screenshots.ts`. */
const IMAGES = resolve(import.meta.dirname, "../../docs/images");
mkdirSync(IMAGES, { recursive: true });

await using dev = await startDev({ portBase: 5800, bots: 40, pages: true });
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
