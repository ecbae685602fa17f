import { schemaOf } from "@ows/protocol/game";
import { type HandoffOrder, handoffGame } from "./handoff-game.ts";
import { Histogram } from "./histogram.ts";
import { allIn, LightClient, takeTurns } from "./light-client.ts";

/* The players of the handoff workload: `node handoff-clients-process.ts <json>`, then "report" from its parent. */
export type HandoffClientsOrder = HandoffOrder & { readonly urls: readonly string[] };

export type HandoffClientsReport = { readonly lost: readonly string[]; readonly handoffs: number };

const order = JSON.parse(process.argv[2] ?? "{}") as HandoffClientsOrder;
const schema = schemaOf(handoffGame(order, { isCrossing: true }));
const gaps = new Histogram();

process.on("message", () => {
  const report: HandoffClientsReport = {
    lost: clients.flatMap(({ closed }) => closed ?? []),
    handoffs: clients.reduce((sum, { handoffs }) => sum + handoffs, 0),
  };
  process.send?.(report);
});
process.on("disconnect", () => process.exit(0));

const clients = await allIn(order.entities, (index) => {
  const url = order.urls[index % order.urls.length] ?? "";
  const nextInput = () => ({ kind: 0, values: { x: 0, y: 0 } });
  return new LightClient({ url, name: `Player ${index}`, schema, gaps, decodes: false, nextInput });
});
takeTurns(clients, 1000 / order.tickHz);
process.send?.("all are in");
