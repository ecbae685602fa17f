import type { LauncherSettings } from "../settings.ts";

export interface SpinUpOrder {
  readonly zoneInstanceId: number;
  readonly mapName: string;
  readonly port: number;
}

export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
}

/** Every Unreal map path fits this; nothing that a command line or a URL option could be made of does. */
const MAP_NAME = /^[A-Za-z0-9_/][\w./-]{0,99}$/;

export function isMapName(mapName: string): boolean {
  return MAP_NAME.test(mapName);
}

type CommandLineSettings = Pick<
  LauncherSettings,
  "unrealServer" | "unrealProject" | "isServerEditor" | "useServerLog" | "useNoSteam" | "otherFlags" | "zoneEntry"
>;

/** What is executed for an order, as an argument list: our own zone server, or Unreal when one is configured. */
export function commandLine(settings: CommandLineSettings, order: SpinUpOrder, nodePath: string): CommandLine {
  const args = [
    `${order.mapName}?listen`,
    "-server",
    ...(settings.useServerLog ? ["-log"] : []),
    ...(settings.useNoSteam ? ["-nosteam"] : []),
    `-port=${order.port}`,
    `-zoneinstanceid=${order.zoneInstanceId}`,
    ...settings.otherFlags,
  ];
  if (settings.unrealServer === "") return { file: nodePath, args: [settings.zoneEntry, "zone", ...args] };
  const project = settings.isServerEditor ? [settings.unrealProject] : [];
  return { file: settings.unrealServer, args: [...project, ...args] };
}
