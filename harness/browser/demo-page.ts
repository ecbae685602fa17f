import type { Browser, BrowserContext, Page, ViewportSize } from "playwright-core";
import { waitUntil } from "../dev-stack/wait-until.ts";

/** What the demo page tells tests about itself in `window.owsDemo`. */
export type DemoView = {
  readonly state: "sign-in" | "connecting" | "in-world" | "reconnecting" | "closed";
  readonly message: string;
  readonly me: { readonly ref: number; readonly name: string; readonly x: number; readonly y: number } | undefined;
  readonly server: { readonly name: string; readonly zone: string; readonly zoneInstanceId: number } | undefined;
  readonly counts: { readonly players: number; readonly creatures: number };
  readonly others: readonly { readonly ref: number; readonly name: string; readonly x: number; readonly y: number }[];
  readonly fps: number;
};

declare global {
  var owsDemo: DemoView | undefined;
}

/** One tab with the demo; every complaint of the page is kept in `problems`. */
export class DemoPage {
  readonly page: Page;
  readonly problems: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(message.text());
    });
  }

  static async open(
    browser: Browser | BrowserContext,
    url: string,
    options: { readonly viewport?: ViewportSize; readonly hasTouch?: boolean } = {},
  ): Promise<DemoPage> {
    // A context of its own is a browser of its own: nothing remembered, nothing shared.
    const page =
      "newContext" in browser ? await (await browser.newContext(options)).newPage() : await browser.newPage();
    const demo = new DemoPage(page);
    await page.goto(url);
    return demo;
  }

  view(): Promise<DemoView> {
    return this.page.evaluate(() => {
      const demo = globalThis.owsDemo;
      if (demo === undefined) throw new Error("the page does not tell about itself");
      const { state, message, me, server, counts, others, fps } = demo;
      return { state, message, me, server, counts, others, fps };
    });
  }

  /** Waits until what the page tells fulfils a condition. */
  async until(condition: (demo: DemoView) => boolean, timeoutMs = 20_000): Promise<DemoView> {
    let view: DemoView | undefined;
    try {
      return await waitUntil(
        "the page says so",
        async () => {
          view = await this.view();
          return condition(view) && view;
        },
        timeoutMs,
      );
    } catch (error) {
      throw new Error(`not within ${timeoutMs} ms: ${condition}; the page says ${JSON.stringify(view)}`, {
        cause: error,
      });
    }
  }
}
