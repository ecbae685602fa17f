import type { PrepareToReceiveMessage } from "@ows/protocol/bus";
import { expect, test } from "vitest";
import { preparationToWire } from "./preparation-wire.ts";

const message: PrepareToReceiveMessage = {
  ...{ customerGuid: "", userSessionGuid: "", characterName: "Ada", sourceWorldServerId: 1, sourceZoneInstanceId: 41 },
  ...{ sourceS2sEndpoint: "10.0.0.7:40123", sourceS2sSocket: "/tmp/ows-link-7-aB3/link", targetCellId: "4-10-3" },
  ...{ zoneInstanceId: 42, initialCharacterData: null },
};

test("a zone server is told whom to expect and where that one's server is", () => {
  expect(preparationToWire(message)).toEqual({
    $case: "prepareToReceivePlayer",
    value: {
      source: {
        zoneInstanceId: 41,
        s2sEndpoint: { ip: "10.0.0.7", port: 40_123, url: "tcp://10.0.0.7:40123" },
        gameEndpoint: undefined,
        s2sSocket: "/tmp/ows-link-7-aB3/link",
      },
      characterName: "Ada",
      targetCell: "4-10-3",
    },
  });
  const six = preparationToWire({ ...message, sourceS2sEndpoint: "fe80::1:40123" });
  expect(six?.$case === "prepareToReceivePlayer" && six.value.source?.s2sEndpoint).toMatchObject({ ip: "fe80::1" });
});

test.each([null, "", "10.0.0.7", ":7", "10.0.0.7:0", "10.0.0.7:65536", "10.0.0.7:7x"])(
  "a source that is reached at %j is nobody",
  (sourceS2sEndpoint) => {
    expect(preparationToWire({ ...message, sourceS2sEndpoint })).toBeUndefined();
  },
);
