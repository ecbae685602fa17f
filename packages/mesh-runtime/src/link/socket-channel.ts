import { once } from "node:events";
import { connect as openSocket, type Server, type Socket } from "node:net";
import type { ByteChannel, ChannelKind } from "./byte-channel.ts";
import { GatheredWrites } from "./gathered-writes.ts";

/** Where a socket of either kind is. */
export type SocketPlace = { readonly host: string; readonly port: number } | { readonly path: string };

/** Rejects when nobody listens there, or `signal` aborts first. */
export async function connectSocket(place: SocketPlace, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = openSocket(place);
  const abort = () => socket.destroy(new Error("given up"));
  signal.addEventListener("abort", abort, { once: true });
  try {
    await once(socket, "connect");
  } finally {
    signal.removeEventListener("abort", abort);
  }
  return socket;
}

/** Rejects when the place can't be had. */
export async function listenAt(server: Server, place: SocketPlace): Promise<void> {
  server.listen(place);
  await once(server, "listening");
}

export function socketChannel(socket: Socket, kind: ChannelKind, remote: string): ByteChannel {
  const writes = new GatheredWrites((bytes) => {
    if (socket.writable) socket.write(bytes);
  });
  let why = "closed by the peer";
  socket.on("error", (error) => {
    why = error.message;
  });
  return {
    kind,
    remote,
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
