import { createServer } from "node:net";
import { DevError } from "./dev-error.ts";
import { listenerOn } from "./processes.ts";

export type NamedPort = { readonly name: string; readonly port: number };

/** Throws `DevError` that names every taken port, who has it as far as this machine tells, and what to do. */
export async function checkPorts(ports: readonly NamedPort[]): Promise<void> {
  const taken: NamedPort[] = [];
  for (const named of ports) if (!(await isFree(named.port))) taken.push(named);
  if (taken.length === 0) return;
  const byHolder = Map.groupBy(taken, ({ port }) => holderOf(port));
  const lines = [...byHolder].map(([holder, ports]) => `${list(ports)} taken${holder}`);
  throw new DevError(`${lines.join("\n")}\n${ADVICE}`);
}

const ADVICE = "Stop what uses it, or move everything with --port-base, for example `ows dev --port-base 9100`.";

function list(ports: readonly NamedPort[]): string {
  const named = ports.map(({ name, port }) => `${port} (for ${name})`);
  return ports.length === 1 ? `port ${named[0]} is` : `ports ${named.join(", ")} are`;
}

/** Whether 127.0.0.1 can listen there at this moment. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(new DevError(`can't listen on 127.0.0.1:${port}: ${error.message}`, { cause: error }));
    });
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function holderOf(port: number): string {
  const holder = listenerOn(port);
  return holder === undefined ? "" : ` by process ${holder.pid} (${shorten(holder.command)})`;
}

function shorten(command: string): string {
  return command.length > 100 ? `${command.slice(0, 100)}…` : command;
}
