import { hostChannels, linkTransport } from "@ows/mesh-runtime";
import { linkHello } from "./links.ts";

/** The far end of the `links` workload: sends bulk bytes back as they come, and says its CPU time when asked. */
const listener = await linkTransport(hostChannels()).listen({
  address: { host: "127.0.0.1", port: 0 },
  hello: linkHello("coordinator"),
  peerRoles: ["zone-server"],
  admit: () => undefined,
  onLink: (link) => link.onBulk((bytes) => link.sendBulk(bytes)),
});
process.on("message", () => process.send?.(process.cpuUsage()));
process.on("disconnect", () => void listener[Symbol.asyncDispose]().then(() => process.exit()));
process.send?.(listener.address);
