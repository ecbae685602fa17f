import { COORDINATOR } from "./messages.ts";
import type { Fault } from "./plan.ts";
import type { Run } from "./run-seed.ts";
import type { SimServer } from "./sim-server.ts";

/** Never more servers than this, so that a run stays small. */
const MAX_SERVERS = 8;

/** Carries out one drawn fault on whatever lives now. */
export function injectFault(run: Run, fault: Fault): void {
  const alive = run.alive();
  const one = alive[fault.a % alive.length] as SimServer;
  const other = alive[fault.b % alive.length] as SimServer;
  run.world.trace?.(() => `FAULT ${fault.kind} ${one.id} ${other.id} for ${fault.forMs} ms`);
  const { network, scheduler } = run;
  const { forMs } = fault;
  const slowMs = 20 + (fault.b % 180);
  switch (fault.kind) {
    case "cut servers":
      network.cut(one.id, other.id, forMs);
      return;
    case "partition":
      for (const peer of alive) if (peer !== one) network.cut(one.id, peer.id, forMs);
      return;
    case "hold one way":
      network.hold(one.id, other.id, forMs);
      return;
    case "slow one way":
      network.slow(one.id, other.id, slowMs);
      scheduler.after(forMs, () => network.slow(one.id, other.id, 0));
      return;
    case "cut coordinator":
      network.cut(COORDINATOR, one.id, forMs);
      return;
    case "cut client": {
      const client = run.clients[fault.a % Math.max(1, run.clients.length)];
      if (client !== undefined) network.cut(client.id, other.id, forMs);
      return;
    }
    case "crash":
      crash(run, one, fault);
      return;
    case "crash two":
      crash(run, one, fault);
      if (other !== one) scheduler.after(fault.b % 60, () => crash(run, other, fault));
      return;
    case "pause":
      one.pause();
      scheduler.after(forMs, () => one.wake());
      return;
    case "slow":
      one.slow(slowMs);
      scheduler.after(forMs, () => one.slow(0));
      return;
    case "full":
    case "draining":
      one.refusing = fault.kind;
      scheduler.after(forMs, () => {
        one.refusing = undefined;
      });
      return;
    case "join": {
      if (run.servers.size >= MAX_SERVERS) return;
      const joined = run.join();
      scheduler.after(300, () => moveCell(run, fault.a, joined));
      return;
    }
    case "move ground":
      moveCell(run, fault.a, other);
      return;
    case "move ground mid-handoff":
      moveUnderHandoff(run, fault);
      return;
  }
}

function crash(run: Run, server: SimServer, fault: Fault): void {
  if (server.isDead || run.alive().length < 2) return;
  run.crash(server, 3 + (fault.b % 300));
}

/** Waits for a unit that is under way, and gives the ground that it is on or goes to away. */
function moveUnderHandoff(run: Run, { a, b, forMs }: Fault): void {
  const untilMs = run.scheduler.nowMs + forMs;
  const look = () => {
    const places = run.alive().flatMap((server) => server.placesUnderWay());
    const place = places[a % Math.max(1, places.length)];
    const alive = run.alive();
    const to = alive[b % alive.length];
    if (place !== undefined && to !== undefined) moveCell(run, to.ground.cellAt(place.x, place.y), to);
    else if (run.scheduler.nowMs < untilMs) run.scheduler.after(7, look);
  };
  look();
}

function moveCell(run: Run, cell: number, to: SimServer): void {
  // Only a server that the coordinator knows of can have ground.
  if (!run.coordinator.ownership.alive.has(to.id)) return;
  const owners = [...run.coordinator.owners];
  if (owners.length === 0) return;
  owners[cell % owners.length] = to.id;
  run.coordinator.assign(owners);
}
