import type { PositionSave } from "@ows/store";

export type ParsedPositions =
  | { readonly kind: "positions"; readonly positions: readonly PositionSave[] }
  | { readonly kind: "mistake"; readonly message: string };

const PARTS = 7;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Reads `Name:X:Y:Z:Roll:Pitch:Yaw` records joined by `|`, with decimal points whatever the machine's language. One
 * bad record spoils all, so that a save is never half done.
 */
export function parsePlayerPositions(serialized: string | null): ParsedPositions {
  if (serialized === null || serialized === "") return mistake("expected at least one player, got none");
  const positions: PositionSave[] = [];
  for (const [index, record] of serialized.split("|").entries()) {
    const parts = record.split(":");
    if (parts.length !== PARTS) return mistake(`player ${index + 1} has ${parts.length} parts instead of ${PARTS}`);
    const [name = "", ...numbers] = parts;
    if (name === "") return mistake(`player ${index + 1} has no name`);
    const wrong = numbers.find((number) => !decimal.test(number) || !Number.isFinite(Number(number)));
    if (wrong !== undefined)
      return mistake(`player ${index + 1} (${name.slice(0, 50)}): "${wrong.slice(0, 20)}" is no number`);
    const [x = 0, y = 0, z = 0, rx = 0, ry = 0, rz = 0] = numbers.map(Number);
    positions.push({ name, x, y, z, rx, ry, rz });
  }
  return { kind: "positions", positions };
}

function mistake(message: string): ParsedPositions {
  return { kind: "mistake", message: `serializedPlayerLocationData: ${message}` };
}
