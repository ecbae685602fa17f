import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { checkPorts, isFree } from "./check-ports.ts";
import { DevError } from "./dev-error.ts";

async function takePort(): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("free ports are no news", async () => {
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
  await checkPorts([{ name: "public-api", port }]);
  expect(await isFree(port)).toBe(true);
});

test("taken ports are named with what needs them, and with what to do", async () => {
  const [first, second] = [await takePort(), await takePort()];
  const check = checkPorts([
    { name: "public-api", port: first },
    { name: "global-data", port: second },
  ]);
  await expect(check).rejects.toThrow(DevError);
  await expect(check).rejects.toThrow(`ports ${first} (for public-api), ${second} (for global-data) are taken`);
  await expect(check).rejects.toThrow("--port-base");
});

test.runIf(process.platform === "linux")("the process that has a port is named", async () => {
  const port = await takePort();
  await expect(checkPorts([{ name: "management", port }])).rejects.toThrow(
    `port ${port} (for management) is taken by process ${process.pid} (`,
  );
});
