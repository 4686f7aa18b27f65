import type { CallOptions } from "../CallOptions.js";
import type { Account } from "./answers/accounts.js";
import type { DailyReport } from "./answers/analytics.js";
import { Group } from "./Group.js";
import type { CreationOptions } from "./Group.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** What administrators do. For other users everything rejects with `Forbidden`. */
export class Administration extends Group {
  /** Gives a user a role. */
  async setRole(userId: string, role: "USER" | "MODERATOR", options?: CallOptions): Promise<Account> {
    return await this.call(operations.setRole, { id: userId }, { body: { role } }, options);
  }

  /** Closes an account and ends its sessions, or opens it again. */
  async setActive(userId: string, isActive: boolean, options?: CallOptions): Promise<Account> {
    return await this.call(operations.setStatus, { id: userId }, { body: { isActive } }, options);
  }

  /** Lets a user who has lost the authenticator log in with the password alone. */
  async resetTwoFactor(userId: string, options?: CallOptions): Promise<Account> {
    return await this.call(operations.resetTwoFactor, { id: userId }, {}, options);
  }

  /** Notifies all users. */
  async announce(
    announcement: { readonly title: string; readonly body: string },
    options?: CreationOptions,
  ): Promise<{ readonly id: string }> {
    return await this.createAt(operations.announce, {}, announcement, options);
  }

  /** Counts of the product for each day (UTC), such as `2026-03-15`: of the last thirty if not said otherwise. */
  async analytics(
    days: { readonly from?: string | undefined; readonly to?: string | undefined } = {},
    options?: CallOptions,
  ): Promise<DailyReport> {
    return await this.call(operations.readAnalytics, {}, { query: { from: days.from, to: days.to } }, options);
  }
}
