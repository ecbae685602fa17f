import { hostChannels } from "./host-channels.ts";

/** Listens until it is killed, and says where. */
const listener = await hostChannels().listen({ host: "127.0.0.1", port: 0 }, () => {});
console.log(JSON.stringify(listener.address));
