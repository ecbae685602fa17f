import { callEndpoint, characterPersistence } from "@ows/protocol/http";
import type { DevStack } from "../dev-stack/start-dev.ts";

export type JoinAnswer = {
  readonly success: boolean;
  readonly errorMessage: string | null;
  readonly serverIP: string | null;
  readonly port: number;
  readonly mapInstanceID: number;
  readonly url?: string;
  readonly ticket?: string;
};

/** One player's account and character, over plain HTTP. */
export class Account {
  readonly characterName: string;
  readonly #dev: DevStack;
  #session = "";

  private constructor(dev: DevStack, characterName: string) {
    this.#dev = dev;
    this.characterName = characterName;
  }

  get session(): string {
    return this.#session;
  }

  /** Registers the account and creates its character of class Wanderer. */
  static async create(dev: DevStack, characterName: string): Promise<Account> {
    const account = new Account(dev, characterName);
    const registered = await account.post("Users/RegisterUser", {
      email: `${characterName}@example.com`,
      password: "correct horse",
      firstName: "F",
      lastName: "L",
    });
    account.#session = registered.userSessionGuid;
    const created = await account.post("Users/CreateCharacter", {
      userSessionGUID: account.#session,
      characterName,
      className: "Wanderer",
    });
    if (created.success !== true) throw new Error(`no character: ${created.errorMessage}`);
    await account.select();
    return account;
  }

  /** Logs in to an account that exists, made by `create` or by a client of the SDK that uses the same names. */
  static async of(dev: DevStack, characterName: string): Promise<Account> {
    const account = new Account(dev, characterName);
    await account.login();
    return account;
  }

  /** The same player at another machine, with a session of its own. */
  elsewhere(): Promise<Account> {
    return Account.of(this.#dev, this.characterName);
  }

  async login(): Promise<void> {
    const body = { email: `${this.characterName}@example.com`, password: "correct horse" };
    this.#session = (await this.post("Users/LoginAndCreateSession", body)).userSessionGuid;
    await this.select();
  }

  async select(): Promise<void> {
    const body = { userSessionGUID: this.#session, selectedCharacterName: this.characterName };
    await this.post("Users/SetSelectedCharacterAndGetUserSession", body);
  }

  join(zoneName = "GETLASTZONENAME"): Promise<JoinAnswer> {
    const { characterName } = this;
    return this.post("Users/GetServerToConnectTo", { userSessionGUID: this.#session, characterName, zoneName });
  }

  /** Posts to public-api and gives the JSON answer. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape, looked at by the tests themselves.
  async post(path: string, body: object, baseUrl = this.#dev.publicApi): Promise<any> {
    const response = await fetch(`${baseUrl}/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-customerguid": this.#dev.customerGuid },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return text === "" ? undefined : JSON.parse(text);
  }
}

/** The character's row as character-persistence tells it, positions in Unreal units. */
export async function storedCharacter(
  dev: DevStack,
  characterName: string,
): Promise<{ x: number; y: number; z: number; mapName: string } | undefined> {
  const response = await fetch(`${dev.characterPersistence}/api/Characters/GetByName`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-customerguid": dev.customerGuid },
    body: JSON.stringify({ characterName }),
  });
  return response.status === 204
    ? undefined
    : ((await response.json()) as { x: number; y: number; z: number; mapName: string });
}

/** Writes a custom field of a character, as an Unreal server would: saved components are fields of their name. */
export async function putCustomData(
  dev: DevStack,
  characterName: string,
  customFieldName: string,
  value: unknown,
): Promise<void> {
  const addOrUpdateCustomCharacterData = { characterName, customFieldName, fieldValue: JSON.stringify(value) };
  const body = { addOrUpdateCustomCharacterData };
  const { characterPersistence: baseUrl, customerGuid } = dev;
  await callEndpoint(characterPersistence.addOrUpdateCustomData, { baseUrl, customerGuid, body });
}

/** A custom field of a character as it is stored now, parsed. */
export async function readCustomData(dev: DevStack, characterName: string, customFieldName: string): Promise<unknown> {
  const { characterPersistence: baseUrl, customerGuid } = dev;
  const call = { baseUrl, customerGuid, body: { characterName } };
  const { rows } = await callEndpoint(characterPersistence.getCustomData, call);
  const row = rows.find((candidate) => candidate.customFieldName === customFieldName);
  return row?.fieldValue ? JSON.parse(row.fieldValue) : undefined;
}
