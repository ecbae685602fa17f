/**
 * Where a process is reached. `ip` and `port` are what the OWS wire carries; `url` is what a client opens,
 * made from the launcher's template (`ws://{ip}:{port}`, or `wss://{host}/z/{port}` behind one TLS edge).
 */
export type Endpoint = { readonly ip: string; readonly port: number; readonly url: string };

/** Fills `{ip}`, `{host}` and `{port}` of a URL template. */
export function endpointFrom(template: string, ip: string, port: number): Endpoint {
  const url = template.replaceAll("{ip}", ip).replaceAll("{host}", ip).replaceAll("{port}", String(port));
  return { ip, port, url };
}
