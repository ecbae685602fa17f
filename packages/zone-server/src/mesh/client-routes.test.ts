import type { EntityId } from "@ows/base";
import { expect, test } from "vitest";
import type { ClientPipe } from "../link/game-connection.ts";
import { ClientRoutes } from "./client-routes.ts";

const ADA = 7 as EntityId;

class Pipe implements ClientPipe {
  isOpen = true;
  readonly unsentBytes = 0;
  send(): void {}
  close(): void {
    this.isOpen = false;
  }
}

test("a token lets one client wait for one avatar, once", () => {
  const routes = new ClientRoutes(30_000);
  const client = new Pipe();
  routes.reserve("token", ADA, 2, 0);
  expect(routes.attach(new Pipe(), "another", 0)).toBeUndefined();
  expect(routes.attach(client, "token", 0)).toMatchObject({ root: ADA, from: 2 });
  expect(routes.attach(new Pipe(), "token", 0)).toBeUndefined();
  expect(routes.arrived(ADA, 100)).toBe(client);
  expect(routes.attach(new Pipe(), "token", 200)).toBeUndefined();
});

test("a token is good for ten seconds after the avatar came, and not beyond", () => {
  const routes = new ClientRoutes(30_000);
  routes.reserve("slow", ADA, 2, 0);
  expect(routes.arrived(ADA, 0)).toBeUndefined();
  routes.sweep(9_000);
  expect(routes.attach(new Pipe(), "slow", 9_000)).toMatchObject({ root: ADA });
  routes.reserve("late", ADA, 2, 0);
  expect(routes.arrived(ADA, 20_000)).toBeUndefined();
  routes.sweep(30_001);
  expect(routes.attach(new Pipe(), "late", 30_001)).toBeUndefined();
});

test("a client whose avatar does not come waits in silence, is found again, and is let go after a while", () => {
  const routes = new ClientRoutes(30_000);
  const client = new Pipe();
  routes.reserve("token", ADA, 2, 0);
  routes.attach(client, "token", 0);
  routes.unreserve("token", 1_000);
  expect(routes.entityOf(client)).toBe(ADA);
  expect(routes.idleOf(ADA)).toBe(client);
  routes.reserve("again", ADA, 2, 0);
  expect(routes.attach(client, "again", 20_000)).toMatchObject({ root: ADA });
  // It was of use meanwhile.
  routes.sweep(40_000);
  expect(client.isOpen).toBe(true);
  routes.sweep(50_001);
  expect(client.isOpen).toBe(false);
  expect(routes.idleCount).toBe(0);
});
