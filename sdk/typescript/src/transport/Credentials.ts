import type { Access } from "../operations.js";

/**
 * Returns a user's access token.
 *
 * @param refused The token that the service has just refused (401): the provider then renews it. If it returns another
 *   token, the request is sent again, once.
 */
export type TokenProvider = (refused?: string) => string | Promise<string>;

/** The headers that authenticate one attempt, and the token inside, which no inspection shows. */
export class Authentication {
  readonly headers: () => Readonly<Record<string, string>>;
  readonly #token: string | undefined;
  readonly #provider: TokenProvider | undefined;

  constructor(headers: Readonly<Record<string, string>>, token?: string, provider?: TokenProvider) {
    // A function, because members show in inspections.
    this.headers = () => headers;
    this.#token = token;
    this.#provider = provider;
  }

  /** @returns An authentication with another token; undefined when the provider has none. */
  async renewed(): Promise<Authentication | undefined> {
    if (this.#provider === undefined || this.#token === undefined) return undefined;
    const token = checked(await this.#provider(this.#token), "The provider's token");
    if (token === undefined || token === this.#token) return undefined;
    return new Authentication(bearer(token), token, this.#provider);
  }
}

/** The tokens. They go into headers and nowhere else: private members show in no log, inspection or JSON. */
export class Credentials {
  readonly #apiKey: string | TokenProvider | undefined;
  readonly #internalToken: string | undefined;

  /** @throws TypeError for a token that no header can carry. */
  constructor(apiKey: string | TokenProvider | undefined, internalToken: string | undefined) {
    this.#apiKey = typeof apiKey === "function" ? apiKey : checked(apiKey, "apiKey");
    this.#internalToken = checked(internalToken, "internalToken");
  }

  /**
   * What a request shows.
   *
   * @throws TypeError when the client was made without the token.
   */
  async authentication(access: Access): Promise<Authentication> {
    switch (access) {
      case "anyone":
        return new Authentication({});
      case "reader":
        return this.#apiKey === undefined ? new Authentication({}) : await this.#person();
      case "person":
        return await this.#person();
      case "service":
        return new Authentication({ "x-internal-token": needed(this.#internalToken, "internalToken") });
    }
  }

  async #person(): Promise<Authentication> {
    if (typeof this.#apiKey !== "function") return new Authentication(bearer(needed(this.#apiKey, "apiKey")));
    const token = needed(checked(await this.#apiKey(), "The provider's token"), "apiKey");
    return new Authentication(bearer(token), token, this.#apiKey);
  }
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { Authorization: `Bearer ${token}` };
}

/** Checked here, because `fetch` would show the whole header in its complaint. */
function checked(token: string | undefined, name: string): string | undefined {
  if (token !== undefined && !/^[\x21-\x7E]+$/.test(token)) {
    throw new TypeError(`${name} must be visible ASCII characters without spaces`);
  }
  return token;
}

function needed(token: string | undefined, name: string): string {
  if (token === undefined) throw new TypeError(`This call needs a client that was made with ${name}`);
  return token;
}
