import { expect, expectTypeOf, test } from "vitest";
import { httpSettings } from "./common-settings.ts";
import { boolean, guid, httpUrl, integer, list, networks, oneOf, secret, text } from "./parsers.ts";
import { settingsHelp, settingsMarkdown } from "./print-settings.ts";
import { readSettings } from "./read-settings.ts";

const table = {
  port: { env: "DEMO_PORT", help: "Port to listen on", fallback: 80, parse: integer(1, 65_535) },
  waitMs: { env: "DEMO_WAIT_MS", help: "Longest wait", unit: "ms", fallback: 250, parse: integer(0, 1000) },
  key: { env: "DEMO_KEY", help: "What others must know", isSecret: true, parse: secret },
} as const;

test("settings come from their variables, else from the table", () => {
  const settings = readSettings(table, { DEMO_WAIT_MS: " 20 ", DEMO_KEY: "k".repeat(32), DEMO_PORT: "" });
  expect(settings).toEqual({ port: 80, waitMs: 20, key: "k".repeat(32) });
  expectTypeOf(settings.port).toEqualTypeOf<number>();
});

test("all mistakes are reported together, and a secret is not shown", () => {
  expect(() => readSettings(table, { DEMO_PORT: "http", DEMO_KEY: "hunter2" })).toThrow(
    [
      "Bad configuration:",
      "  DEMO_PORT=http: expected a whole number from 1 to 65535",
      "  DEMO_KEY=(hidden): expected at least 32 characters, got 7",
    ].join("\n"),
  );
  expect(() => readSettings(table, {})).toThrow("DEMO_KEY is required: What others must know");
});

test("help and guide are printed from the table", () => {
  expect(settingsHelp(table)).toMatchInlineSnapshot(`
    "  DEMO_PORT     Port to listen on (80)
      DEMO_WAIT_MS  Longest wait (250 ms)
      DEMO_KEY      What others must know (required)"
  `);
  expect(settingsMarkdown(table)).toMatchInlineSnapshot(`
    "| Variable | Meaning | Unit | Default |
    |---|---|---|---|
    | \`DEMO_PORT\` | Port to listen on |  | 80 |
    | \`DEMO_WAIT_MS\` | Longest wait | ms | 250 ms |
    | \`DEMO_KEY\` | What others must know |  | required |"
  `);
});

test.each([
  [boolean, "Yes", true],
  [boolean, "0", false],
  [oneOf(["a", "b"]), "b", "b"],
  [httpUrl, "https://example.com/x", "https://example.com/x"],
  [guid, "7106AF98-6395-4392-8CFD-35664E03935F", "7106af98-6395-4392-8cfd-35664e03935f"],
  [list, "a, b,,c", ["a", "b", "c"]],
  [text, "as it is", "as it is"],
])("a parser reads %s %j as %j", (parse, given, value) => {
  expect(parse(given)).toEqual(value);
});

test.each([
  [boolean, "maybe", "expected true or false"],
  [oneOf(["a", "b"]), "c", "expected one of a, b"],
  [httpUrl, "localhost:80", "expected a URL that starts with http:// or https://"],
  [guid, "x", "expected a GUID of 36 characters"],
  [integer(1, 5), "2.0", "expected a whole number from 1 to 5"],
])("a parser says what it expected: %s %j", (parse, given, message) => {
  expect(() => parse(given)).toThrow(message);
});

test("a service runs with nothing but the shared secret given", () => {
  const settings = readSettings(httpSettings("DEMO", 1234), { OWS_SERVICE_SECRET: "s".repeat(32) });
  expect(settings).toMatchObject({ host: "127.0.0.1", port: 1234, bodyLimitBytes: 1_048_576, swagger: true });
});

test("networks are addresses with or without their number of bits", () => {
  expect(networks("127.0.0.1, 10.0.0.0/8,2001:db8::/32")).toEqual(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]);
  for (const wrong of ["proxy.example.com", "10.0.0.0/33", "10.0.0.0/", "::/0", "1.2.3.4/8/8"]) {
    expect(() => networks(wrong)).toThrow("expected IP addresses or networks");
  }
});
