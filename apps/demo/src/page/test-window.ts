import { Bag, Health, Name } from "../game/components.ts";
import type { App, AppState } from "./app.ts";

/** What browser tests and curious people read: `window.owsDemo`. */
export type OwsDemo = {
  readonly state: AppState;
  readonly message: string;
  readonly me:
    | {
        readonly ref: number;
        readonly name: string;
        readonly x: number;
        readonly y: number;
        readonly health: number;
        readonly gold: number;
      }
    | undefined;
  readonly server: { readonly name: string; readonly zone: string; readonly zoneInstanceId: number } | undefined;
  readonly tick: number;
  readonly counts: { readonly players: number; readonly creatures: number };
  readonly others: readonly {
    readonly ref: number;
    readonly name: string;
    readonly kind: string;
    readonly x: number;
    readonly y: number;
    readonly health: number;
  }[];
  readonly fps: number;
  readonly stats: Readonly<Record<string, number>> | undefined;
};

declare global {
  interface Window {
    owsDemo?: OwsDemo;
  }
}

export function exposeToTests(app: App): void {
  window.owsDemo = {
    get state() {
      return app.state;
    },
    get message() {
      return app.message;
    },
    get me() {
      const me = app.play?.world.me;
      if (me === undefined) return undefined;
      const [name, health, gold] = [me.get(Name)?.text, me.get(Health)?.now, me.get(Bag)?.gold];
      return {
        ref: me.ref,
        name: name ?? "",
        x: me.position.x,
        y: me.position.y,
        health: health ?? 0,
        gold: gold ?? 0,
      };
    },
    get server() {
      const server = app.play?.world.server;
      if (server === undefined) return undefined;
      return { name: server.serverName, zone: server.zoneName, zoneInstanceId: server.zoneInstanceId };
    },
    get tick() {
      return app.play?.world.tick ?? 0;
    },
    get counts() {
      return app.play?.counts ?? { players: 0, creatures: 0 };
    },
    get others() {
      return [...(app.play?.world.entities.values() ?? [])].map((entity) => ({
        ref: entity.ref,
        name: entity.get(Name)?.text ?? "",
        kind: entity.className,
        x: entity.position.x,
        y: entity.position.y,
        health: entity.get(Health)?.now ?? 0,
      }));
    },
    get fps() {
      return app.fps;
    },
    get stats() {
      return app.play?.world.stats;
    },
  };
}
