import type { FastifyInstance } from "fastify";

/** The port is in use by somebody else. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
  readonly port: number;

  constructor(service: string, host: string, port: number, cause: unknown) {
    super(
      `${service} can't listen on ${host}:${port}: another program uses this port. ` +
        `Stop that program (it may be an earlier run), or choose another port.`,
      { cause },
    );
    this.port = port;
  }
}

export type ListenAddress = { readonly host: string; readonly port: number };

/** Starts listening and answers the port in use, which matters for port 0. Throws `PortTakenError`. */
export async function listen(app: FastifyInstance, service: string, address: ListenAddress): Promise<number> {
  try {
    await app.listen(address);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw new PortTakenError(service, address.host, address.port, error);
    }
    throw error;
  }
  const bound = app.server.address();
  return typeof bound === "object" && bound !== null ? bound.port : address.port;
}

/** A URL at which this machine reaches the address; wildcards become loopback. */
export function urlOf(host: string, port: number): string {
  const reachable = host === "0.0.0.0" || host === "::" || host === "" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}
