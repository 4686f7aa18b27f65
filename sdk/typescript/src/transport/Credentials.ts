import type { Access } from "../operations.js";

/** The tokens. They go into headers and nowhere else: private members show in no log, inspection or JSON. */
export class Credentials {
  readonly #apiKey: string | undefined;
  readonly #internalToken: string | undefined;

  /** @throws TypeError for a token that no header can carry. */
  constructor(apiKey: string | undefined, internalToken: string | undefined) {
    this.#apiKey = checked(apiKey, "apiKey");
    this.#internalToken = checked(internalToken, "internalToken");
  }

  /**
   * What a request shows.
   *
   * @throws TypeError when the client was made without the token.
   */
  headers(access: Access): Readonly<Record<string, string>> {
    switch (access) {
      case "anyone":
        return {};
      case "person":
        return { Authorization: `Bearer ${needed(this.#apiKey, "apiKey")}` };
      case "service":
        return { "x-internal-token": needed(this.#internalToken, "internalToken") };
    }
  }
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
