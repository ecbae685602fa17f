import { expect, test } from "vitest";
import { dev } from "../commands/dev.ts";
import { parseCommandLine } from "../parse-command-line.ts";
import { DEVELOPMENT_CUSTOMER, readDevOptions } from "./dev-options.ts";

const GUID = "7106AF98-6395-4392-8CFD-35664E03935F";
const thisFile = import.meta.filename;

function read(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return readDevOptions(parseCommandLine(dev, argv), { out: () => {}, err: () => {}, env, cwd: "/home/ada" });
}

test("without anything: OWS's ports, the fixed customer, 40 bots, ./.ows", () => {
  expect(read([])).toEqual({
    portBase: undefined,
    dataDir: "/home/ada/.ows",
    bots: 40,
    game: undefined,
    customerGuid: DEVELOPMENT_CUSTOMER,
    buildPages: true,
    servers: 2,
    storm: false,
  });
});

test("customer and folder come from the environment, and an option goes before it", () => {
  expect(read([], { OWS_CUSTOMER_GUID: GUID, OWS_DATA_DIR: "data" })).toMatchObject({
    customerGuid: GUID.toLowerCase(),
    dataDir: "/home/ada/data",
  });
  expect(read(["--data-dir", "/tmp/x"], { OWS_DATA_DIR: "data" }).dataDir).toBe("/tmp/x");
  expect(() => read([], { OWS_CUSTOMER_GUID: "me" })).toThrow("OWS_CUSTOMER_GUID=me: expected a GUID");
});

test("a game of one's own has no bots, since they only know the demo", () => {
  expect(read(["--game", thisFile])).toMatchObject({ game: thisFile, bots: 0 });
  expect(() => read(["--game", thisFile, "--bots", "3"])).toThrow("--bots are players of the demo");
});

test("two servers share the home zone unless the line says how many", () => {
  expect(read(["--storm"])).toMatchObject({ servers: 2, storm: true });
  expect(read(["--servers", "6", "--storm"])).toMatchObject({ servers: 6, storm: true });
  expect(read(["--game", thisFile]).servers).toBe(2);
  expect(read(["--servers", "1"])).toMatchObject({ servers: 1, storm: false });
  for (const silly of ["0", "17", "abc", "1.5", "-1", "2e1", ""]) {
    const sentence = `--servers expects a whole number from 1 to 16, got ${silly}`;
    expect(() => read(["--servers", silly])).toThrow(sentence);
  }
  expect(() => read(["--servers", "1", "--storm"])).toThrow("--storm hands entities from server to server");
});
