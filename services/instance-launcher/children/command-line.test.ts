import { expect, test } from "vitest";
import { commandLine, isMapName } from "./command-line.ts";

const order = { zoneInstanceId: 43, mapName: "Map2", port: 7779 };
const settings = {
  unrealServer: "",
  unrealProject: "C:\\P\\Game.uproject",
  isServerEditor: false,
  useServerLog: true,
  useNoSteam: true,
  otherFlags: [],
  zoneEntry: "/app/main.ts",
};

test("our own zone server gets the arguments an Unreal server would", () => {
  expect(commandLine(settings, order, "/bin/node")).toEqual({
    file: "/bin/node",
    args: ["/app/main.ts", "zone", "Map2?listen", "-server", "-log", "-nosteam", "-port=7779", "-zoneinstanceid=43"],
  });
});

test("an editor gets its project first, a packaged server does not, and other flags come last", () => {
  const editor = { ...settings, unrealServer: "C:\\UE\\UnrealEditor.exe", isServerEditor: true, useServerLog: false };
  expect(commandLine(editor, order, "/bin/node")).toEqual({
    file: "C:\\UE\\UnrealEditor.exe",
    args: ["C:\\P\\Game.uproject", "Map2?listen", "-server", "-nosteam", "-port=7779", "-zoneinstanceid=43"],
  });
  const packaged = { ...settings, unrealServer: "/srv/GameServer", otherFlags: ["-FileOpenLog", "-NetDriver=x y"] };
  expect(commandLine(packaged, order, "/bin/node").args).toEqual([
    "Map2?listen",
    "-server",
    "-log",
    "-nosteam",
    "-port=7779",
    "-zoneinstanceid=43",
    "-FileOpenLog",
    "-NetDriver=x y",
  ]);
});

test.each(["Map2", "/Game/Maps/Town_01", "ThirdPersonExampleMap", "a.b-c"])("%s is a map name", (name) => {
  expect(isMapName(name)).toBe(true);
});

test.each(["", "-log", "Map2 -exec", "Map2?game=x", 'Map"', "Map;rm", "../$(x)", "a".repeat(101), "Map\n"])(
  "%j is no map name",
  (name) => {
    expect(isMapName(name)).toBe(false);
  },
);
