import { defineConfig } from "vite";

/** Served below any path (`/demo/` of management), so every address in the page is relative. */
export default defineConfig({
  base: "./",
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 800 },
});
