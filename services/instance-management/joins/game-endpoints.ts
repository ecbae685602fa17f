/** Where zone servers said that clients reach them. One that has not said so since we run is reached by template. */
export class GameEndpoints {
  readonly #urls = new Map<string, string>();

  set(customerGuid: string, zoneInstanceId: number, url: string): void {
    this.#urls.set(`${customerGuid}/${zoneInstanceId}`, url);
  }

  urlOf(customerGuid: string, zoneInstanceId: number): string | undefined {
    return this.#urls.get(`${customerGuid}/${zoneInstanceId}`);
  }

  forget(customerGuid: string, zoneInstanceId: number): void {
    this.#urls.delete(`${customerGuid}/${zoneInstanceId}`);
  }
}
