import type { Page } from "playwright-core";

/** What a frame of the demo page showed of the own avatar; `atMs` by the page's clock. */
export type Frame = {
  readonly atMs: number;
  readonly state: string;
  readonly ref: number | undefined;
  readonly x: number;
  readonly y: number;
  readonly zoneInstanceId: number | undefined;
};

declare global {
  var owsFrames: Frame[] | undefined;
}

/** Most frames of one record: ten minutes at 60 a second. */
const MAX_FRAMES = 36_000;

/** Writes down every frame of the page from now on. */
export async function recordFrames(page: Page): Promise<void> {
  await page.evaluate((maxFrames) => {
    const frames: Frame[] = [];
    const isRunning = globalThis.owsFrames !== undefined;
    globalThis.owsFrames = frames;
    if (isRunning) return;
    const look = (atMs: number) => {
      requestAnimationFrame(look);
      const demo = globalThis.owsDemo;
      const kept = globalThis.owsFrames;
      if (demo === undefined || kept === undefined || kept.length >= maxFrames) return;
      const { state, me, server } = demo;
      const { ref, x = Number.NaN, y = Number.NaN } = me ?? {};
      kept.push({ atMs, state, ref, x, y, zoneInstanceId: server?.zoneInstanceId });
    };
    requestAnimationFrame(look);
  }, MAX_FRAMES);
}

/** Everything since `recordFrames`. */
export function recordedFrames(page: Page): Promise<readonly Frame[]> {
  return page.evaluate(() => globalThis.owsFrames ?? []);
}

/** How smooth a walk at `speed` metres per second was. */
export function smoothness(frames: readonly Frame[], speed: number) {
  let largestJumpMetres = 0;
  let longestFrameMs = 0;
  let longestStandMs = 0;
  let moved = frames[0];
  frames.forEach((frame, index) => {
    const before = frames[index - 1];
    if (before === undefined || moved === undefined) return;
    const passedMs = frame.atMs - before.atMs;
    const metres = Math.hypot(frame.x - before.x, frame.y - before.y);
    largestJumpMetres = Math.max(largestJumpMetres, metres - (speed * passedMs) / 1000);
    longestFrameMs = Math.max(longestFrameMs, passedMs);
    if (Math.hypot(frame.x - moved.x, frame.y - moved.y) > 0.02) moved = frame;
    longestStandMs = Math.max(longestStandMs, frame.atMs - moved.atMs);
  });
  return { frames: frames.length, largestJumpMetres, longestFrameMs, longestStandMs };
}
