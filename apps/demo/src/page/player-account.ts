import type { Account } from "@ows/client";

const NAME_KEY = "ows-demo.name";
const ADJECTIVES = ["Mossy", "Brave", "Quiet", "Sunny", "Amber", "Misty", "Swift", "Merry", "Rusty", "Lucky"];
const ANIMALS = ["Badger", "Heron", "Otter", "Fox", "Wren", "Hare", "Lynx", "Mole", "Robin", "Stoat"];
const MAX_NAME = 20;

/** What is wrong with a character's name, for a person; `undefined` when nothing is. */
export function nameMistake(name: string): string | undefined {
  if (name.length < 4) return "A name has at least 4 letters.";
  if (name.length > MAX_NAME) return `A name has at most ${MAX_NAME} letters.`;
  if (!/^[\p{L}\p{N}]+$/u.test(name)) return "A name has only letters and digits.";
  return undefined;
}

/** The name of last time, or one made up. */
export function suggestedName(): string {
  const remembered = read(NAME_KEY);
  if (remembered !== undefined && nameMistake(remembered) === undefined) return remembered;
  return `${pick(ADJECTIVES)}${pick(ANIMALS)}${10 + Math.floor(Math.random() * 90)}`;
}

/**
 * The account that plays this character in this browser; made up at the first time and remembered. One account for each
 * name, so that two windows can play two characters.
 */
export function accountFor(name: string): Account {
  write(NAME_KEY, name);
  const key = `ows-demo.account.${name.toLowerCase()}`;
  const remembered = parseAccount(read(key));
  if (remembered !== undefined) return remembered;
  const account = { email: `${randomText(12)}@demo.local`, password: randomText(24) };
  write(key, JSON.stringify(account));
  return account;
}

function parseAccount(json: string | undefined): Account | undefined {
  try {
    const found: unknown = JSON.parse(json ?? "null");
    if (typeof found !== "object" || found === null) return undefined;
    const isAccount =
      "email" in found && typeof found.email === "string" && "password" in found && typeof found.password === "string";
    return isAccount ? { email: String(found.email), password: String(found.password) } : undefined;
  } catch {
    return undefined;
  }
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? "Wanderer";
}

function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join("");
}

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows: the account lasts as long as the page.
  }
}
