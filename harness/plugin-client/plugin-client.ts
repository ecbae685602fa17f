import { field, pluginJson, stringField } from "./plugin-json.ts";

export type PluginUrls = {
  readonly publicApi: string;
  readonly instanceManagement: string;
  readonly characterPersistence: string;
  readonly globalData: string;
};

/**
 * Speaks HTTP as the stock Unreal plugin does: its headers, its spelling, its way of reading answers – status codes are
 * not looked at, a non-empty errorMessage is the only failure.
 */
export class PluginClient {
  readonly #urls: PluginUrls;
  readonly #customerGuid: string;

  constructor(urls: PluginUrls, customerGuid: string) {
    this.#urls = urls;
    this.#customerGuid = customerGuid;
  }

  register(email: string, password: string): Promise<string> {
    const body = { Email: email, Password: password, FirstName: "First", LastName: "Last" };
    return this.#session("api/Users/RegisterUser", body);
  }

  login(email: string, password: string): Promise<string> {
    return this.#session("api/Users/LoginAndCreateSession", { Email: email, Password: password });
  }

  createCharacter(userSessionGUID: string, characterName: string, className: string): Promise<unknown> {
    return this.#publicApi("api/Users/CreateCharacter", {
      UserSessionGUID: userSessionGUID,
      CharacterName: characterName,
      ClassName: className,
    });
  }

  getAllCharacters(userSessionGUID: string): Promise<unknown> {
    return this.#publicApi("api/Users/GetAllCharacters", { UserSessionGUID: userSessionGUID });
  }

  /** What the plugin keeps of the session for its travel ID. */
  async selectCharacter(userSessionGUID: string, name: string): Promise<SelectedCharacter> {
    const answer = await this.#publicApi("api/Users/SetSelectedCharacterAndGetUserSession", {
      UserSessionGUID: userSessionGUID,
      SelectedCharacterName: name,
    });
    const number = (key: string) => Number(field(answer, key));
    return {
      userSessionGuid: stringField(answer, "UserSessionGUID"),
      characterName: stringField(answer, "CharName"),
      x: number("X"),
      y: number("Y"),
      z: number("Z"),
      roll: number("RX"),
      pitch: number("RY"),
      yaw: number("RZ"),
    };
  }

  /** The address to travel to, with the port cut to four characters, as the plugin cuts it. */
  async getServerToConnectTo(
    characterName: string,
    zoneName = "GETLASTZONENAME",
  ): Promise<{ ip: string; port: string }> {
    const answer = await this.#publicApi("api/Users/GetServerToConnectTo", {
      CharacterName: characterName,
      ZoneName: zoneName,
      PlayerGroupType: 0,
    });
    return { ip: stringField(answer, "serverip"), port: stringField(answer, "port").slice(0, 4) };
  }

  getByName(characterName: string): Promise<unknown> {
    return this.#post(this.#urls.characterPersistence, "api/Characters/GetByName", { CharacterName: characterName });
  }

  playerLogout(characterName: string): Promise<unknown> {
    return this.#post(this.#urls.characterPersistence, "api/Characters/PlayerLogout", { CharacterName: characterName });
  }

  logout(userSessionGUID: string): Promise<unknown> {
    return this.#publicApi("api/Users/Logout", { UserSessionGUID: userSessionGUID });
  }

  async #session(path: string, body: object): Promise<string> {
    const answer = await this.#publicApi(path, body);
    const errorMessage = stringField(answer, "ErrorMessage");
    if (errorMessage !== "") throw new Error(errorMessage);
    return stringField(answer, "UserSessionGUID");
  }

  #publicApi(path: string, body: object): Promise<unknown> {
    return this.#post(this.#urls.publicApi, path, body);
  }

  async #post(baseUrl: string, path: string, body: object): Promise<unknown> {
    const response = await fetch(`${baseUrl}/${path}`, {
      method: "POST",
      headers: {
        "User-Agent": "X-UnrealEngine-Agent",
        "Content-Type": "application/json",
        "X-CustomerGUID": this.#customerGuid,
      },
      body: pluginJson(body),
    });
    const text = await response.text();
    return text === "" ? undefined : JSON.parse(text);
  }
}

export type SelectedCharacter = {
  readonly userSessionGuid: string;
  readonly characterName: string;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly roll: number;
  readonly pitch: number;
  readonly yaw: number;
};
