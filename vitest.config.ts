import { defineConfig } from "vitest/config";

/** `unit` needs nothing but Node; `e2e` starts the whole stack as child processes and drives a real browser. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{packages,services,apps,harness,tools}/**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.e2e.test.ts", "**/dist/**"],
          testTimeout: 20_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["harness/**/*.e2e.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
