import type { CallOptions } from "../CallOptions.js";
import type { OwnModerationAction, Report, ReportToSend } from "./answers/moderation.js";
import { Group } from "./Group.js";
import type { ListOptions } from "./Group.js";
import type { Listing } from "./Listing.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** Reports, and what moderators did to the caller. */
export class Reports extends Group {
  /** Reports something. Reporting the same thing again answers with the first report. */
  async report(report: ReportToSend, options?: CallOptions): Promise<Report> {
    return await this.call(operations.report, {}, { body: report }, options);
  }

  /** The caller's reports and what became of them, the last first. */
  own(options?: ListOptions): Listing<Report> {
    return this.listing(operations.listOwnReports, {}, {}, options);
  }

  /** What moderators did to content or the account of the caller, the last first. */
  actionsAgainstMe(options?: ListOptions): Listing<OwnModerationAction> {
    return this.listing(operations.listActionsAgainstMe, {}, {}, options);
  }

  /**
   * Asks another moderator to decide again, once. A suspended user, who cannot log in, gives the `token` of the mail.
   */
  async appeal(
    actionId: string,
    appeal: { readonly text: string; readonly token?: string | undefined },
    options?: CallOptions,
  ): Promise<OwnModerationAction> {
    return await this.call(operations.appeal, { id: actionId }, { body: appeal }, options);
  }
}
