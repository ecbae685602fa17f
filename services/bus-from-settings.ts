import { RemoteBus } from "@ows/bus";
import { type Logger, parse, serviceSecret } from "@ows/service-kit";

/** Where the message bus is, for every program that speaks to launchers or is one. */
export const busSettings = {
  busHost: { env: "OWS_BUS_HOST", help: "Host of the message bus", fallback: "127.0.0.1", parse: parse.text },
  busPort: { env: "OWS_BUS_PORT", help: "Port of the message bus", fallback: 44_372, parse: parse.port },
  serviceSecret,
} as const;

/** A session with the bus that another process serves; it connects in the background and reconnects for ever. */
export function busFromSettings(
  settings: { readonly busHost: string; readonly busPort: number; readonly serviceSecret: string },
  logger: Logger,
): RemoteBus {
  const { busHost: host, busPort: port, serviceSecret: secret } = settings;
  return new RemoteBus({
    host,
    port,
    secret,
    onHandlerError: (error) => logger.error({ err: error }, "a message could not be handled"),
    onDisconnect: (reason) => logger.debug({ host, port, reason }, "no connection to the message bus"),
  });
}
