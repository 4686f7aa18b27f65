import type { CallOptions } from "../CallOptions.js";
import { by, repeatable } from "../operations.js";
import { connect } from "../transport/connect.js";
import type { TokenProvider } from "../transport/Credentials.js";
import { newIdempotencyKey } from "../transport/newIdempotencyKey.js";
import { ServiceRequest } from "../transport/ServiceRequest.js";
import type { Transport } from "../transport/Transport.js";

const anyone = by("anyone");

/** The account operations that the session uses. */
export const accountOperations = {
  register: anyone("POST", "/auth/register"),
  logIn: anyone("POST", "/auth/login"),
  // Always sent with an Idempotency-Key.
  refresh: repeatable(anyone("POST", "/auth/refresh")),
  logOut: anyone("POST", "/auth/logout"),
  changePassword: by("person")("POST", "/auth/change_pass"),
} as const;

/** Where accounts are, and how they are asked. */
export interface SessionOptions {
  /** What stands in front of `/auth`, such as `http://localhost:3000`. */
  readonly baseUrl: string;
  /** Called with the refresh token of each exchange, to be kept for `Session.restore`. */
  readonly onRefresh?: ((refreshToken: string) => void) | undefined;
  readonly timeoutMilliseconds?: number | undefined;
  readonly retries?: number | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** A user as accounts know them. */
export interface SessionUser {
  readonly id: string;
  readonly email: string;
  readonly username: string;
  readonly role: "musician" | "listener" | "admin";
}

interface Tokens {
  readonly user: SessionUser;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/**
 * A login that keeps its tokens, and exchanges them when the access token has expired. Give `session.token` to clients
 * as their `apiKey`. Tokens show in no log, inspection or JSON.
 */
export class Session {
  readonly #transport: Transport;
  /** Sends the access token. */
  readonly #authenticated: Transport;
  readonly #onRefresh: ((refreshToken: string) => void) | undefined;
  #tokens: Tokens | undefined;
  #refreshToken: string;
  #exchange: Promise<Tokens> | undefined;
  /** Of the exchange that has no answer yet. */
  #key: string | undefined;

  private constructor(transport: Transport, options: SessionOptions, tokens: Tokens | string) {
    this.#transport = transport;
    this.#authenticated = transportOf(options, this.token);
    this.#onRefresh = options.onRefresh;
    this.#tokens = typeof tokens === "string" ? undefined : tokens;
    this.#refreshToken = typeof tokens === "string" ? tokens : tokens.refreshToken;
  }

  /** Makes an account. @throws `Conflict` for an e-mail address or user name that is taken; `ValidationError` */
  static async register(
    account: { email: string; username: string; password: string; role?: "musician" | "listener" },
    options: SessionOptions,
    call?: CallOptions,
  ): Promise<Session> {
    return await Session.#begin(new ServiceRequest(accountOperations.register, {}, { body: account }), options, call);
  }

  /**
   * `totp` is a one-time password or a recovery code, for an account with two-factor login.
   * @throws `Unauthorized` for a wrong address or password, with the code `TWO_FACTOR_REQUIRED` if the account needs a
   *   `totp` too; `RateLimited`
   */
  static async logIn(
    login: { email: string; password: string; totp?: string },
    options: SessionOptions,
    call?: CallOptions,
  ): Promise<Session> {
    return await Session.#begin(new ServiceRequest(accountOperations.logIn, {}, { body: login }), options, call);
  }

  /** Goes on with the session of a refresh token; its first use exchanges the token. Sends nothing. */
  static restore(refreshToken: string, options: SessionOptions): Session {
    return new Session(transportOf(options), options, refreshToken);
  }

  /** The user; undefined before the first exchange of a restored session. */
  get user(): SessionUser | undefined {
    return this.#tokens?.user;
  }

  /** To be kept for `Session.restore`, as the password is. */
  get refreshToken(): string {
    return this.#refreshToken;
  }

  /** The access token; another one than `refused`. */
  readonly token = async (refused?: string): Promise<string> => {
    const current = this.#tokens?.accessToken;
    return current === undefined || current === refused ? (await this.refresh()).accessToken : current;
  };

  /**
   * Exchanges the tokens. Calls at the same time share one exchange, whose `Idempotency-Key` stays the same until it is
   * answered, so that a lost answer does not end the session.
   *
   * @throws `Unauthorized` if the session has ended
   */
  async refresh(call?: CallOptions): Promise<{ readonly accessToken: string; readonly refreshToken: string }> {
    this.#exchange ??= this.#refresh(call).finally(() => {
      this.#exchange = undefined;
    });
    const { accessToken, refreshToken } = await this.#exchange;
    return { accessToken, refreshToken };
  }

  /** Ends the session on the service. */
  async logOut(call?: CallOptions): Promise<void> {
    const body = { refreshToken: this.#refreshToken };
    await this.#transport.send(new ServiceRequest(accountOperations.logOut, {}, { body }), call);
  }

  /**
   * Changes the password, and ends every other session of the account.
   *
   * @throws `Unauthorized` for a wrong password; `ValidationError` for a new one that is too short or too common
   */
  async changePassword(
    passwords: { oldPassword: string; newPassword: string },
    call?: CallOptions,
  ): Promise<void> {
    const { oldPassword, newPassword } = passwords;
    const request = new ServiceRequest(accountOperations.changePassword, {}, { body: { oldPassword, newPassword } });
    await this.#authenticated.send(request, call);
  }

  async #refresh(call: CallOptions | undefined): Promise<Tokens> {
    this.#key ??= newIdempotencyKey();
    const content = { body: { refreshToken: this.#refreshToken }, idempotencyKey: this.#key };
    const tokens = await this.#transport.send<Tokens>(new ServiceRequest(accountOperations.refresh, {}, content), call);
    this.#key = undefined;
    this.#tokens = tokens;
    this.#refreshToken = tokens.refreshToken;
    this.#onRefresh?.(tokens.refreshToken);
    return tokens;
  }

  static async #begin(
    request: ServiceRequest,
    options: SessionOptions,
    call: CallOptions | undefined,
  ): Promise<Session> {
    const transport = transportOf(options);
    return new Session(transport, options, await transport.send<Tokens>(request, call));
  }
}

function transportOf(options: SessionOptions, token?: TokenProvider): Transport {
  return connect({ ...options, apiKey: token });
}
