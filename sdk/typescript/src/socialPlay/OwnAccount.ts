import type { CallOptions } from "../CallOptions.js";
import type { Operation } from "../operations.js";
import type { Account, AccountChanges, DataExport, TwoFactorSetup, TwoFactorState } from "./answers/accounts.js";
import type { OwnDailyReport } from "./answers/analytics.js";
import { Group } from "./Group.js";
import type { ChangeOptions } from "./Group.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** The caller's own account. */
export class OwnAccount extends Group {
  /** The account, with everything that only its owner sees. */
  async read(options?: CallOptions): Promise<Account> {
    return await this.call(operations.readAccount, {}, {}, options);
  }

  /**
   * Changes what is named, and nothing else.
   *
   * @throws `ValidationError`, with a sentence for each wrong member in `fields`; `Conflict` for a name that is taken
   */
  async update(changes: AccountChanges, options?: ChangeOptions): Promise<Account> {
    return await this.call(operations.updateAccount, {}, { body: changes }, options);
  }

  /** Hides the account and ends its sessions, until an administrator opens it again. */
  async deactivate(options?: CallOptions): Promise<void> {
    await this.perform(operations.deactivateAccount, {}, {}, options);
  }

  /** Deletes the account with everything that it has. It cannot be undone. */
  async delete(options?: CallOptions): Promise<void> {
    await this.perform(operations.deleteAccount, {}, {}, options);
  }

  /** Lets a worker put together a copy of all data of the account. */
  async requestExport(options?: CallOptions): Promise<DataExport> {
    return await this.call(operations.requestExport, {}, {}, options);
  }

  /** How far the export is. @throws `NotFound` if none was requested */
  async export(options?: CallOptions): Promise<DataExport> {
    return await this.call(operations.readExport, {}, {}, options);
  }

  /** The export. @throws `NotFound` until it is ready */
  async downloadExport(options?: CallOptions): Promise<Readonly<Record<string, unknown>>> {
    return await this.call(operations.downloadExport, {}, {}, options);
  }

  /** Counts of each day (UTC), such as `2026-03-15`: of the last thirty if not said otherwise. */
  async analytics(
    days: { readonly from?: string | undefined; readonly to?: string | undefined } = {},
    options?: CallOptions,
  ): Promise<OwnDailyReport> {
    return await this.call(operations.readOwnAnalytics, {}, { query: { from: days.from, to: days.to } }, options);
  }

  /** Whether logins need a one-time password. */
  async twoFactor(options?: CallOptions): Promise<TwoFactorState> {
    return await this.call(operations.readTwoFactor, {}, {}, options);
  }

  /**
   * Makes a secret for an authenticator. Logins do not ask for it until it is confirmed.
   *
   * @throws `Conflict` `TWO_FACTOR_ALREADY_ENABLED`
   */
  async beginTwoFactor(options?: CallOptions): Promise<TwoFactorSetup> {
    return await this.call(operations.beginTwoFactor, {}, {}, options);
  }

  /**
   * Confirms that the authenticator works; from now on logins need it.
   *
   * @returns Recovery codes, which are shown once, and count once each.
   */
  async confirmTwoFactor(totp: string, options?: CallOptions): Promise<readonly string[]> {
    return await this.#codes(operations.confirmTwoFactor, totp, options);
  }

  /** Other recovery codes; the earlier ones do not count any more. */
  async renewRecoveryCodes(totp: string, options?: CallOptions): Promise<readonly string[]> {
    return await this.#codes(operations.renewRecoveryCodes, totp, options);
  }

  /** Lets logins need a password alone. It takes both proofs; an account without a password gives `totp`. */
  async disableTwoFactor(
    proof: { readonly password?: string | undefined; readonly totp?: string | undefined },
    options?: CallOptions,
  ): Promise<void> {
    await this.perform(operations.disableTwoFactor, {}, { body: proof }, options);
  }

  async #codes(operation: Operation, totp: string, options: CallOptions | undefined): Promise<readonly string[]> {
    const answer = await this.call<{ recoveryCodes: string[] }>(operation, {}, { body: { totp } }, options);
    return answer.recoveryCodes;
  }
}
