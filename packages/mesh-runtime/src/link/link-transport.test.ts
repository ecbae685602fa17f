import { hostChannels } from "./host-channels.ts";
import { linkContract } from "./link.contract.ts";
import { MemoryChannels } from "./memory-channel.ts";
import { tcpChannels } from "./tcp-channel.ts";

linkContract("links over TCP", "tcp", () => tcpChannels);
linkContract("links over Unix sockets", "unix", () => hostChannels());
linkContract("links in memory", "memory", () => new MemoryChannels());
