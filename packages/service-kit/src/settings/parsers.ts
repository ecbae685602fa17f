import { isIP } from "node:net";
import { isDashedGuid } from "@ows/protocol/http";

/** A parser answers the value or throws this with what it expected. */
export class InvalidSetting extends Error {
  override readonly name = "InvalidSetting";
}

export function text(value: string): string {
  return value;
}

export function integer(least: number, most: number) {
  return (value: string): number => {
    const number = Number(value);
    if (/^-?\d+$/.test(value) && number >= least && number <= most) return number;
    throw new InvalidSetting(`expected a whole number from ${least} to ${most}`);
  };
}

/** Port 0 lets the system choose. */
export const port = integer(0, 65_535);

export function boolean(value: string): boolean {
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  if (/^(false|0|no|off)$/i.test(value)) return false;
  throw new InvalidSetting("expected true or false");
}

export function oneOf<const Options extends readonly string[]>(options: Options) {
  return (value: string): Options[number] => {
    const found = options.find((option) => option === value);
    if (found === undefined) throw new InvalidSetting(`expected one of ${options.join(", ")}`);
    return found;
  };
}

export function httpUrl(value: string): string {
  const protocol = URL.canParse(value) ? new URL(value).protocol : "";
  if (protocol === "http:" || protocol === "https:") return value;
  throw new InvalidSetting("expected a URL that starts with http:// or https://");
}

export function guid(value: string): string {
  if (isDashedGuid(value)) return value.toLowerCase();
  throw new InvalidSetting("expected a GUID of 36 characters");
}

/** At least 32 characters, so that it can't be guessed. */
export function secret(value: string): string {
  if (value.length >= 32) return value;
  throw new InvalidSetting(`expected at least 32 characters, got ${value.length}`);
}

/** Texts between commas. */
export function list(value: string): readonly string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** IP addresses or networks (`10.0.0.0/8`) between commas. */
export function networks(value: string): readonly string[] {
  const items = list(value);
  const wrong = items.find((item) => !isNetwork(item));
  if (wrong !== undefined)
    throw new InvalidSetting(`expected IP addresses or networks such as 10.0.0.0/8, got ${wrong}`);
  return items;
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128))
  );
}
