import { Counter, Gauge, Histogram, type Registry } from "@ows/service-kit";
import type { JoinOutcome } from "@ows/world";
import type { ControlLinks } from "./control/control-links.ts";
import type { Customers } from "./joins/customers.ts";

export interface JoinMetrics {
  readonly observe: (outcome: JoinOutcome, seconds: number) => void;
}

/** Measures join decisions, and what stands when somebody looks: instances by phase, waiting joins, control links. */
export function measureJoins(
  registry: Registry,
  { customers, controlLinks }: { readonly customers: Customers; readonly controlLinks: ControlLinks },
): JoinMetrics {
  const registers = [registry];
  const durations = new Histogram({
    name: "ows_join_duration_seconds",
    help: "Time from a player's question to the join decision",
    labelNames: ["outcome"],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
    registers,
  });
  new Gauge({
    name: "ows_zone_instances",
    help: "Zone instances by phase",
    labelNames: ["phase"],
    registers,
    collect() {
      this.reset();
      for (const { state } of customers.loaded()) {
        for (const { phase } of state.instances.values()) this.inc({ phase: phase.kind });
      }
    },
  });
  new Gauge({
    name: "ows_joins_waiting",
    help: "Players who wait for a zone server",
    registers,
    collect() {
      this.set(customers.loaded().reduce((sum, { state }) => sum + state.waiting.size, 0));
    },
  });
  new Counter({
    name: "ows_control_link_endings_total",
    help: "Control links that ended or were refused, by reason",
    labelNames: ["reason"],
    registers,
    collect() {
      this.reset();
      for (const [reason, count] of controlLinks.endings) this.inc({ reason }, count);
    },
  });
  return {
    observe: (outcome, seconds) =>
      durations.observe({ outcome: outcome.kind === "placed" ? "placed" : outcome.code }, seconds),
  };
}
