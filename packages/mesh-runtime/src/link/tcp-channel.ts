import { createServer, type Socket } from "node:net";
import type { ByteChannel, ChannelTransport } from "./byte-channel.ts";
import { connectSocket, listenAt, socketChannel } from "./socket-channel.ts";

/** Channels over TCP without Nagle's delay. */
export const tcpChannels: ChannelTransport = {
  async listen({ host, port }, onChannel) {
    const server = createServer((socket) => onChannel(channelOf(socket)));
    await listenAt(server, { host, port });
    const bound = server.address();
    return {
      address: { host, port: typeof bound === "object" && bound !== null ? bound.port : port },
      // Open channels would keep `close` waiting; they belong to their links.
      async [Symbol.asyncDispose]() {
        server.close();
      },
    };
  },

  async connect({ host, port }, signal) {
    return channelOf(await connectSocket({ host, port }, signal));
  },
};

function channelOf(socket: Socket): ByteChannel {
  socket.setNoDelay(true);
  return socketChannel(socket, "tcp", `${socket.remoteAddress}:${socket.remotePort}`);
}
