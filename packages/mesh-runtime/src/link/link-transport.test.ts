import { linkContract } from "./link.contract.ts";
import { MemoryChannels } from "./memory-channel.ts";
import { tcpChannels } from "./tcp-channel.ts";

linkContract("links over TCP", () => tcpChannels);
linkContract("links in memory", () => new MemoryChannels());
