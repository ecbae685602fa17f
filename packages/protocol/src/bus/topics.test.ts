import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type PrepareToReceiveMessage, prepareToReceive } from "./prepare-to-receive.ts";
import { serverShutDown } from "./shut-down.ts";
import { serverSpinUp } from "./spin-up.ts";

const customerGuid = "11111111-2222-3333-4444-555555555555";

function vector(name: string): Buffer {
  return readFileSync(new URL(`./vectors/${name}.body`, import.meta.url));
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

test.each([
  ["spin-up", { customerGuid, worldServerId: 1, zoneInstanceId: 42, mapName: "ThirdPersonExampleMap", port: 7778 }],
  ["spin-up-without-map", { customerGuid, worldServerId: 1, zoneInstanceId: 42, mapName: null, port: 7778 }],
  [
    "spin-up-escaped",
    {
      customerGuid,
      worldServerId: 3,
      zoneInstanceId: 2147483647,
      mapName: 'Café "A&B" \'+<>`\\/ 😀\n\u001B\u007F',
      port: 9999,
    },
  ],
])("the body %s is written and read byte for byte as OWS does", (name, message) => {
  expect(Buffer.from(serverSpinUp.encode(message)).toString()).toBe(vector(name).toString());
  expect(serverSpinUp.decode(vector(name))).toEqual({ ok: true, message });
});

test("the body shut-down is written and read byte for byte as OWS does", () => {
  const message = { customerGuid, zoneInstanceId: 42 };
  expect(Buffer.from(serverShutDown.encode(message)).toString()).toBe(vector("shut-down").toString());
  expect(serverShutDown.decode(vector("shut-down"))).toEqual({ ok: true, message });
});

const handedOver: PrepareToReceiveMessage = {
  ...{ customerGuid, userSessionGuid: "66666666-7777-8888-9999-000000000000", characterName: "Café" },
  ...{ sourceWorldServerId: 1, sourceZoneInstanceId: 41, targetCellId: "4-10-3", zoneInstanceId: 42 },
  ...{ sourceS2sEndpoint: "10.0.0.7:40123", sourceS2sSocket: "/tmp/ows-link-7-aB3/link" },
  initialCharacterData: {
    ...{ characterName: "Café", className: "MaleWarrior", characterLevel: 3, mapName: "Meadow" },
    place: { x: -812.25, y: 0, z: 90.5, rx: 0, ry: 0, rz: -179.5 },
    stats: { maxHealth: 100, maxMana: 50, maxEnergy: 0, maxStamina: 75.5, gold: 12, silver: 0, copper: 9, score: 7 },
  },
};

test.each([
  ["prepare-to-receive", handedOver],
  [
    "prepare-to-receive-creature",
    {
      ...{ ...handedOver, userSessionGuid: "00000000-0000-0000-0000-000000000000", characterName: null },
      ...{ sourceS2sSocket: null, targetCellId: "0-1-0", initialCharacterData: null },
    },
  ],
])("the body %s is written and read byte for byte, names in PascalCase", (name, message) => {
  expect(Buffer.from(prepareToReceive.encode(message)).toString()).toBe(vector(name).toString());
  expect(prepareToReceive.decode(vector(name))).toEqual({ ok: true, message });
});

test("who is to be received by which launcher's server has an exchange of its own", () => {
  const { exchange, type, durable, autoDelete } = prepareToReceive;
  expect({ exchange, type, durable, autoDelete }).toEqual({
    ...{ exchange: "ows.handoffprepare", type: "direct", durable: false, autoDelete: false },
  });
  expect(prepareToReceive.routingKey(12)).toBe("ows.handoffprepare.12");
  const decode = (text: string) => prepareToReceive.decode(bytes(text));
  expect(decode('{"InitialCharacterData":[]}')).toMatchObject({
    ok: false,
    reason: expect.stringContaining("InitialCharacterData: expected an object or null"),
  });
  expect(decode('{"InitialCharacterData":{"X":"1"}}')).toMatchObject({
    ok: false,
    reason: expect.stringContaining('X: expected a number, got "1"'),
  });
  expect(decode("{}")).toMatchObject({ ok: true, message: { zoneInstanceId: 0, initialCharacterData: null } });
});

test("exchanges and routing keys are those of OWS", () => {
  const { exchange, type, durable, autoDelete } = serverSpinUp;
  expect({ exchange, type, durable, autoDelete }).toEqual({
    exchange: "ows.serverspinup",
    type: "direct",
    durable: false,
    autoDelete: false,
  });
  expect(serverSpinUp.routingKey(12)).toBe("ows.serverspinup.12");
  expect(serverShutDown.exchange).toBe("ows.servershutdown");
  expect(serverShutDown.routingKey(12)).toBe("ows.servershutdown.12");
});

test("names are matched by case, missing members take defaults, unknown ones are ignored", () => {
  expect(serverSpinUp.decode(bytes('{"zoneinstanceid":5,"Port":7,"More":true}'))).toEqual({
    ok: true,
    message: {
      customerGuid: "00000000-0000-0000-0000-000000000000",
      worldServerId: 0,
      zoneInstanceId: 0,
      mapName: null,
      port: 7,
    },
  });
});

test.each([
  ["{", /JSON/],
  ["[]", /not an object/],
  ['{"Port":"7"}', /Port: expected a 32-bit integer, got "7"/],
  ['{"Port":4294967296}', /Port: expected a 32-bit integer/],
  ['{"MapName":5}', /MapName: expected a text or null, got 5/],
  ['{"CustomerGUID":"11111111222233334444555555555555"}', /CustomerGUID: expected a dashed GUID/],
])("the body %s is refused with a reason", (text, reason) => {
  const decoded = serverSpinUp.decode(bytes(text));
  expect(decoded).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
});
