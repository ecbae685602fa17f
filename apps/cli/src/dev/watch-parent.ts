/**
 * Loaded by `--import` into every child of `ows dev`, and into the pinned Node that an older one hands over to: when the
 * parent dies, however it dies, the kernel closes the channel between the two, and the child stops as if it had been
 * asked to.
 */
const STOP_DEADLINE_MS = 8000;

if (process.channel) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  });
  process.channel.unref();
}
