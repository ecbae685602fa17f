/**
 * Writes flat JSON as .NET's strict default encoder does: no blanks, and everything outside a small safe set of ASCII
 * as \uXXXX with upper-case digits. Stock launchers read any escaping; equal bytes make captures comparable.
 */
export function encodeDotnetJson(members: JsonMembers): Uint8Array {
  return new TextEncoder().encode(writeObject(members));
}

type JsonMembers = Readonly<Record<string, JsonValue>>;
type JsonValue = string | number | null | { readonly [name: string]: JsonValue };

function writeObject(members: JsonMembers): string {
  const parts = Object.entries(members).map(([name, value]) => `${quote(name)}:${writeValue(value)}`);
  return `{${parts.join(",")}}`;
}

function writeValue(value: JsonValue): string {
  if (typeof value === "string") return quote(value);
  return typeof value === "object" && value !== null ? writeObject(value) : String(value);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  "\\": "\\\\",
};

function quote(text: string): string {
  let quoted = '"';
  for (let i = 0; i < text.length; i++) {
    const unit = text[i] as string;
    quoted += SHORT_ESCAPES[unit] ?? (isSafe(unit) ? unit : escapeUnit(unit));
  }
  return `${quoted}"`;
}

function isSafe(unit: string): boolean {
  return unit >= " " && unit <= "~" && !"\"&'+<>`".includes(unit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
