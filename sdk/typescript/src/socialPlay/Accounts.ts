import type { CallOptions } from "../CallOptions.js";
import type {
  LoggedIn, LoginNonce, LoginProvider, LoginSession, NewAccount, Registered, SessionTokens,
} from "./answers/accounts.js";
import { Group } from "./Group.js";
import type { CreationOptions } from "./Group.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** Accounts and logins: the plain calls, for programs that keep tokens themselves. `Session` keeps them for you. */
export class Accounts extends Group {
  /** Makes an account and logs in. @throws `ValidationError`, also for an address or a name that is taken */
  async register(account: NewAccount, options?: CallOptions): Promise<Registered> {
    return await this.call(operations.register, {}, { body: account }, options);
  }

  /**
   * `totp` is a one-time password or a recovery code, for an account with two-factor login.
   *
   * @throws `Unauthorized` for a wrong address or password, with the code `TWO_FACTOR_REQUIRED` if the account needs a
   *   `totp` too.
   */
  async logIn(
    login: { readonly email: string; readonly password: string; readonly totp?: string | undefined },
    options?: CallOptions,
  ): Promise<LoggedIn> {
    return await this.call(operations.logIn, {}, { body: login }, options);
  }

  /**
   * Exchanges the tokens of a session. Repeat it with the same key if the answer is lost: a refresh token counts once.
   *
   * @throws `Unauthorized` if the session has ended
   */
  async refresh(refreshToken: string, options?: CreationOptions): Promise<SessionTokens> {
    return await this.createAt(operations.refreshTokens, {}, { refreshToken }, options);
  }

  /** Ends a session. */
  async logOut(refreshToken: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.logOut, {}, { body: { refreshToken } }, options);
  }

  /** Sends a link to choose another password, if there is such an account. */
  async forgetPassword(email: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.forgetPassword, {}, { body: { email } }, options);
  }

  /** Chooses another password with the token of the link, and ends all sessions. @throws `ValidationError` */
  async resetPassword(
    reset: { readonly token: string; readonly newPassword: string },
    options?: CallOptions,
  ): Promise<void> {
    await this.perform(operations.resetPassword, {}, { body: reset }, options);
  }

  /** Changes the password, and ends every other session. @throws `Unauthorized` for a wrong password */
  async changePassword(
    passwords: { readonly oldPassword: string; readonly newPassword: string },
    options?: CallOptions,
  ): Promise<void> {
    await this.perform(operations.changePassword, {}, { body: passwords }, options);
  }

  /** Confirms the address with the token of the mail. */
  async verifyEmail(token: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.verifyEmail, {}, { body: { token } }, options);
  }

  /** Sends that mail again. */
  async resendVerification(options?: CallOptions): Promise<void> {
    await this.perform(operations.resendVerification, {}, {}, options);
  }

  /** The caller's logins that have not ended, the last used first. */
  async sessions(options?: CallOptions): Promise<readonly LoginSession[]> {
    return (await this.call<{ sessions: LoginSession[] }>(operations.listSessions, {}, {}, options)).sessions;
  }

  /** Ends one of the caller's logins. @throws `NotFound` */
  async endSession(id: string, options?: CallOptions): Promise<void> {
    await this.perform(operations.endSession, { id }, {}, options);
  }

  /** Ends all of the caller's logins but this one. */
  async endOtherSessions(options?: CallOptions): Promise<void> {
    await this.perform(operations.endOtherSessions, {}, {}, options);
  }

  /** The services that users can log in with. */
  async providers(options?: CallOptions): Promise<readonly LoginProvider[]> {
    return (await this.call<{ providers: LoginProvider[] }>(operations.listProviders, {}, {}, options)).providers;
  }

  /** What the ID token of the service must carry. @throws `NotFound` */
  async beginProviderLogin(name: string, options?: CallOptions): Promise<LoginNonce> {
    return await this.call(operations.beginProviderLogin, { name }, {}, options);
  }

  /** Logs in with an ID token; `totp` as in `logIn`. @throws `NotFound`; `Unauthorized` */
  async logInWithProvider(
    name: string,
    login: { readonly idToken: string; readonly totp?: string | undefined },
    options?: CallOptions,
  ): Promise<LoggedIn> {
    return await this.call(operations.logInWithProvider, { name }, { body: login }, options);
  }
}
