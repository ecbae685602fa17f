import { createServer } from "node:net";
import type { ByteChannel, ChannelAddress, ChannelListener, ChannelTransport } from "./byte-channel.ts";
import { connectSocket, listenAt, socketChannel } from "./socket-channel.ts";
import { isSocketHere, makeSocketFile } from "./socket-file.ts";
import { tcpChannels } from "./tcp-channel.ts";

export interface HostChannelsOptions {
  /** There is no Unix socket beside the TCP port, and why. */
  readonly onTcpOnly?: (error: unknown) => void;
}

/**
 * Channels over TCP, and over a Unix socket between processes of one machine. A listener's address names both; whoever
 * connects takes the socket when that file is here, and TCP when it is not or does not open.
 */
export function hostChannels({ onTcpOnly = () => {} }: HostChannelsOptions = {}): ChannelTransport {
  return {
    async listen(address, onChannel) {
      const tcp = await tcpChannels.listen(address, onChannel);
      try {
        return await besideTcp(tcp, onChannel);
      } catch (error) {
        onTcpOnly(error);
        return tcp;
      }
    },

    async connect(address, signal) {
      const { socketPath: path } = address;
      if (path !== undefined && (await isSocketHere(path))) {
        try {
          return socketChannel(await connectSocket({ path }, signal), "unix", path);
        } catch {
          // Its process is gone and left the file, or it is of another machine with the same directory.
        }
      }
      return tcpChannels.connect(address, signal);
    },
  };
}

async function besideTcp(tcp: ChannelListener, onChannel: (channel: ByteChannel) => void): Promise<ChannelListener> {
  const file = await makeSocketFile();
  const server = createServer((socket) => onChannel(socketChannel(socket, "unix", file.path)));
  try {
    await listenAt(server, file);
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
  const address: ChannelAddress = { ...tcp.address, socketPath: file.path };
  return {
    address,
    async [Symbol.asyncDispose]() {
      server.close();
      await Promise.all([tcp[Symbol.asyncDispose](), file[Symbol.asyncDispose]()]);
    },
  };
}
