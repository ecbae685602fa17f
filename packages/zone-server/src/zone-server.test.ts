import { schemaOf } from "@ows/protocol/game";
import { expect, test } from "vitest";
import { startStandaloneZoneServer } from "./start-standalone-zone-server.ts";
import { meadow } from "./testing/meadow-game.test-kit.ts";
import { RawClient } from "./testing/raw-client.test-kit.ts";

const schema = schemaOf(meadow);

function start(zoneName = "Meadow", settings = {}) {
  return startStandaloneZoneServer({ game: meadow, zoneName, admission: "open", settings });
}

test("a client enters, moves, and sees its inputs acknowledged and applied", async () => {
  await using server = await start();
  using client = await RawClient.enter(server.endpoint.url, schema, "Ada");
  expect(client.welcome).toMatchObject({ tickHz: 50, zoneName: "Meadow", lastInputSeq: 0 });
  await client.until(() => client.own !== undefined);
  expect(client.own).toEqual({ x: 10, y: 20, z: 0 });
  const last = client.send(Array.from({ length: 10 }, () => ({ name: "move", values: { x: 1, y: 0 } })));
  await client.until(() => client.ackedSeq === last);
  expect(client.own?.x).toBeCloseTo(10 + 10 * 6 * (1 / 50), 9);
  expect(client.problems).toEqual([]);
});
