import { once } from "node:events";
import { createServer, connect as openSocket, type Socket } from "node:net";
import type { ByteChannel, ChannelTransport } from "./byte-channel.ts";
import { GatheredWrites } from "./gathered-writes.ts";

/** Channels over TCP without Nagle's delay. */
export const tcpChannels: ChannelTransport = {
  async listen(address, onChannel) {
    const server = createServer((socket) => onChannel(channelOf(socket)));
    server.listen(address.port, address.host);
    await once(server, "listening");
    const bound = server.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
    return {
      address: { host: address.host, port },
      // Open channels would keep `close` waiting; they belong to their links.
      async [Symbol.asyncDispose]() {
        server.close();
      },
    };
  },

  async connect(address, signal) {
    signal.throwIfAborted();
    const socket = openSocket(address);
    const abort = () => socket.destroy(new Error("given up"));
    signal.addEventListener("abort", abort, { once: true });
    try {
      await once(socket, "connect");
    } finally {
      signal.removeEventListener("abort", abort);
    }
    return channelOf(socket);
  },
};

function channelOf(socket: Socket): ByteChannel {
  socket.setNoDelay(true);
  const writes = new GatheredWrites((bytes) => {
    if (socket.writable) socket.write(bytes);
  });
  let why = "closed by the peer";
  socket.on("error", (error) => {
    why = error.message;
  });
  return {
    remote: `${socket.remoteAddress}:${socket.remotePort}`,
    get unsentBytes() {
      return socket.writableLength + writes.waitingBytes;
    },
    write: (bytes) => writes.add(bytes),
    end: () => {
      writes.flush();
      if (!socket.destroyed) socket.destroySoon();
    },
    destroy: () => {
      socket.destroy();
    },
    attach({ onBytes, onClose }) {
      socket.on("data", onBytes);
      if (socket.closed) onClose(why);
      else socket.once("close", () => onClose(why));
    },
  };
}
