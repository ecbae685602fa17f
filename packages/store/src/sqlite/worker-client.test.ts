import { expect, test } from "vitest";
import { WorkerClient } from "./worker-client.ts";

const options = { file: ":memory:", busyTimeoutMs: 0 };
const worker = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);

test("a thread that dies fails the work it had and all that follows", async () => {
  const dying = worker(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", () => { throw new Error("the disk is gone"); });
    parentPort.postMessage({ kind: "opened" });
  `);
  const client = await WorkerClient.open(dying, options);
  const pending = [client.run("select 1", []), client.run("select 2", [])];
  for (const work of pending) {
    await expect(work).rejects.toMatchObject({ code: "closed", cause: { message: "the disk is gone" } });
  }
  await expect(client.run("select 3", [])).rejects.toMatchObject({ code: "closed" });
  await client.close();
});

test("a thread that never starts is an error of opening", async () => {
  const broken = worker(`throw new Error("no such disk");`);
  await expect(WorkerClient.open(broken, options)).rejects.toMatchObject({
    code: "failed",
    message: "cannot open the database :memory:: no such disk",
  });
});
