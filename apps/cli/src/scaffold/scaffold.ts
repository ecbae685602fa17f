import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type CommandIo, UsageError } from "../command.ts";
import { readmeText } from "./readme-text.ts";

const TEMPLATE = fileURLToPath(new URL("./template", import.meta.url));
const HOUSE = fileURLToPath(new URL("../../../..", import.meta.url));
/** What the template imports, and the Node that runs it. */
const PACKAGES = ["@ows/game", "@ows/zone-server", "@ows/client"] as const;
const TEMPLATE_FILES = {
  "game.ts": "game.ts",
  "play.ts": "game.test.ts",
  "page.ts": "page.ts",
  "index.html": "index.html",
} as const;

/** Makes a game in a new or empty folder and says what to do next. Answers the exit code. */
export function scaffold(folder: string, io: CommandIo): number {
  const target = resolve(io.cwd, folder);
  const name = basename(target);
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new UsageError(`${name} can't be a game's name; use small letters, digits and dashes, such as my-game`);
  }
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new UsageError(`${target} is not empty; name a new folder`);
  }
  mkdirSync(target, { recursive: true });
  for (const [from, to] of Object.entries(TEMPLATE_FILES)) {
    writeFileSync(join(target, to), readFileSync(join(TEMPLATE, from), "utf8"));
  }
  const dev = `${commandFrom(io.cwd)} dev --game ./${relative(io.cwd, join(target, "game.ts"))}`;
  writeFileSync(join(target, "README.md"), readmeText(name, commandFor(target)));
  writeFileSync(join(target, "package.json"), `${JSON.stringify(manifest(name, target), null, 2)}\n`);
  writeFileSync(join(target, ".gitignore"), "node_modules/\n.ows/\n");
  linkPackages(target);
  io.out(`Made ${target}\n\n  cd ${folder} && npm test\n  ${dev}\n\nIts README.md says the rest.`);
  return 0;
}

/** How the person who typed this command would type the next one. */
function commandFrom(cwd: string): string {
  return resolve(cwd) === resolve(HOUSE) ? "npm run ows --" : `node ${join(HOUSE, "bin", "ows.mjs")}`;
}

function commandFor(target: string): string {
  return `node ${join(relative(target, HOUSE), "bin", "ows.mjs")} dev --game ./game.ts`;
}

function manifest(name: string, target: string): object {
  const versions = JSON.parse(readFileSync(join(HOUSE, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const pathTo = (pkg: string) => `file:${relative(target, join(HOUSE, "packages", basename(pkg)))}`;
  return {
    name,
    version: "0.1.0",
    private: true,
    type: "module",
    scripts: { test: "node --test", dev: commandFor(target) },
    dependencies: {
      ...Object.fromEntries(PACKAGES.map((pkg) => [pkg, pathTo(pkg)])),
      node: versions.dependencies.node,
    },
    allowScripts: { node: true },
  };
}

/** Links what the game imports, unless it is found already because the folder lies inside this project. */
function linkPackages(target: string): void {
  const require = createRequire(join(target, "game.ts"));
  const isFound = PACKAGES.every((pkg) => {
    try {
      return require.resolve(pkg) !== "";
    } catch {
      return false;
    }
  });
  if (isFound) return;
  for (const pkg of PACKAGES) link(join(HOUSE, "packages", basename(pkg)), join(target, "node_modules", pkg));
  link(join(HOUSE, "node_modules", "node", "bin", "node"), join(target, "node_modules", ".bin", "node"));
}

function link(to: string, at: string): void {
  mkdirSync(dirname(at), { recursive: true });
  symlinkSync(to, at, existsSync(to) && !to.endsWith("bin/node") ? "junction" : "file");
}
