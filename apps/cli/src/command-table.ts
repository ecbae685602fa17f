import type { Command } from "./command.ts";

/** A command by name; its module is loaded only when it is asked for, since start-up time counts. */
export type CommandEntry = {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
};

export const commandTable: readonly CommandEntry[] = [
  {
    name: "dev",
    summary: "Start everything on this machine: services, launcher, zone servers, demo, dashboard",
    load: async () => (await import("./commands/dev.ts")).dev,
  },
  {
    name: "serve",
    summary: "Run one or more services in this process",
    load: async () => (await import("./commands/serve.ts")).serve,
  },
  {
    name: "launcher",
    summary: "Run an instance launcher: it starts and stops the zone servers of this machine",
    load: async () => (await import("./commands/launcher.ts")).launcher,
  },
  {
    name: "zone",
    summary: "Run one zone server, as a launcher starts it",
    load: async () => (await import("./commands/zone.ts")).zone,
  },
  {
    name: "db",
    summary: "Bring a database to the current schema, or check it",
    load: async () => (await import("./commands/db.ts")).db,
  },
  {
    name: "new",
    summary: "Start a game of your own from a small one that runs",
    load: async () => (await import("./commands/new.ts")).newGame,
  },
];
