import { SERVER_COLOURS } from "../mesh/server-colours.ts";
import { CLASS_COLOURS } from "./legend.ts";

export type Colours = {
  readonly ground: string;
  readonly outside: string;
  readonly line: string;
  readonly text: string;
  readonly classes: readonly string[];
  readonly servers: readonly string[];
};

/** The colours of the style sheet, which knows whether it is dark. */
export function readColours(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: read("--map-ground"),
    outside: read("--map-outside"),
    line: read("--map-line"),
    text: read("--text"),
    servers: Array.from({ length: SERVER_COLOURS }, (_, index) => read(`--server-${index}`)),
    classes: Array.from({ length: CLASS_COLOURS }, (_, index) => read(`--class-${index}`)),
  };
}
