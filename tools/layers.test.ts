import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/** What each workspace may import, as ARCHITECTURE.md tells it. */
const allowed: Record<string, string[]> = JSON.parse(readFileSync(new URL("layers.json", import.meta.url), "utf8"));
const root = resolve(import.meta.dirname, "..");
const homes = Object.keys(allowed);
const homeOfPackage = new Map(homes.map((home) => [packageJson(home).name, home]));

/** Browser code must not drag Node's or TypeBox's weight along: only these subpaths of protocol. */
const CLIENT_SUBPATHS = ["@ows/protocol/http", "@ows/protocol/http/client", "@ows/protocol/game"];

test("every workspace stands in the layer table", () => {
  const found = ["packages", "apps"].flatMap((dir) => readdirSync(join(root, dir)).map((name) => `${dir}/${name}`));
  expect([...found, "services", "harness"].sort()).toEqual([...homes].sort());
});

test.each(homes)("%s declares only what its layer may import", (home) => {
  const declared = Object.keys(packageJson(home).dependencies).filter((name) => name.startsWith("@ows/"));
  expect(declared.map((name) => homeOfPackage.get(name)).filter((target) => !mayImport(home, target))).toEqual([]);
});

test.each(homes)("%s imports only downwards, and others only by their public names", (home) => {
  const wrong: string[] = [];
  for (const file of sourcesOf(home)) {
    for (const specifier of importsOf(file)) {
      const complaint = complaintAbout(home, file, specifier);
      if (complaint !== undefined) wrong.push(`${relative(root, file)}: ${specifier}: ${complaint}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("services import one another nowhere", () => {
  const wrong: string[] = [];
  for (const file of sourcesOf("services")) {
    const own = relative(join(root, "services"), file).split("/")[0];
    for (const specifier of importsOf(file).filter((s) => s.startsWith("."))) {
      const [target, ...inside] = relative(join(root, "services"), resolve(file, "..", specifier)).split("/");
      // A file beside the service folders belongs to all of them.
      if (inside.length > 0 && target !== own && !isTest(file)) wrong.push(`${relative(root, file)}: ${specifier}`);
    }
  }
  expect(wrong).toEqual([]);
});

function complaintAbout(home: string, file: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) {
    const inside = resolve(file, "..", specifier).startsWith(join(root, home));
    return inside ? undefined : "reaches into another workspace by path";
  }
  if (!specifier.startsWith("@ows/")) return undefined;
  const target = homeOfPackage.get(specifier.split("/").slice(0, 2).join("/"));
  if (target === home || isTest(file)) return undefined;
  if (!mayImport(home, target)) return "not a layer below";
  if (home === "packages/client" && target === "packages/protocol" && !CLIENT_SUBPATHS.includes(specifier)) {
    return `a client may import ${CLIENT_SUBPATHS.join(", ")}`;
  }
  return undefined;
}

function mayImport(home: string, target: string | undefined): boolean {
  if (target === undefined) return false;
  return (allowed[home] ?? []).some(
    (rule) => rule === target || (rule.endsWith("/*") && target.startsWith(rule.slice(0, -1))),
  );
}

function isTest(file: string): boolean {
  return /\.(test|contract|test-kit)\.ts$|\/(testing|test-kit|test-support)\//.test(file);
}

function sourcesOf(home: string): string[] {
  return readdirSync(join(root, home), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/node_modules|\/dist\/|\/gen\//.test(file));
}

function importsOf(file: string): string[] {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"|\bimport\("([^"]+)"\)/gms)].map(
    (match) => (match[1] ?? match[2]) as string,
  );
}

function packageJson(home: string): { name: string; dependencies: Record<string, string> } {
  return { dependencies: {}, ...JSON.parse(readFileSync(join(root, home, "package.json"), "utf8")) };
}
