import { serverColour } from "./server-colours.ts";

export function ServerName({ id }: { readonly id: number }) {
  return (
    <span className="server" style={{ borderLeftColor: `var(--server-${serverColour(id)})` }}>
      #{id}
    </span>
  );
}

export function Way({ from, to }: { readonly from: number; readonly to: number }) {
  return (
    <span className="way">
      <ServerName id={from} /> → <ServerName id={to} />
    </span>
  );
}
