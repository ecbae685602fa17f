import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
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
