import type { CallOptions } from "../CallOptions.js";
import type {
  AppealDecision, AuditEntry, CaseDetails, CaseOrder, CaseState, ModerationAction, ModerationCase,
} from "./answers/moderation.js";
import { Group } from "./Group.js";
import type { ListOptions } from "./Group.js";
import type { Listing } from "./Listing.js";
import { socialPlayOperations as operations } from "./socialPlayOperations.js";

/** The queue of moderators. For other users everything rejects with `Forbidden`. */
export class Moderation extends Group {
  /** Open cases, the newest first, if not said otherwise. */
  cases(
    which: { readonly state?: CaseState | undefined; readonly order?: CaseOrder | undefined } = {},
    options?: ListOptions,
  ): Listing<ModerationCase> {
    return this.listing(operations.listCases, {}, { state: which.state, order: which.order }, options);
  }

  /** A case with its reports and what was reported. @throws `NotFound` */
  async case(id: string, options?: CallOptions): Promise<CaseDetails> {
    return await this.call(operations.readCase, { id }, {}, options);
  }

  /** Gives a case to a moderator: the caller if not said otherwise. @throws `Conflict` for one that is closed */
  async assign(
    id: string,
    to: { readonly moderatorId?: string | undefined } = {},
    options?: CallOptions,
  ): Promise<ModerationCase> {
    return await this.call(operations.assignCase, { id }, { body: to }, options);
  }

  /** Gives a case back to all. */
  async release(id: string, options?: CallOptions): Promise<ModerationCase> {
    return await this.call(operations.releaseCase, { id }, {}, options);
  }

  /** Closes a case: nothing is wrong. */
  async dismiss(
    id: string,
    why: { readonly reason?: string | undefined } = {},
    options?: CallOptions,
  ): Promise<CaseDetails> {
    return await this.call(operations.dismissCase, { id }, { body: why }, options);
  }

  /** Removes what was reported. */
  async remove(id: string, why: { readonly reason: string }, options?: CallOptions): Promise<CaseDetails> {
    return await this.call(operations.removeContent, { id }, { body: why }, options);
  }

  /** Warns the owner of what was reported. */
  async warn(id: string, why: { readonly reason: string }, options?: CallOptions): Promise<CaseDetails> {
    return await this.call(operations.warnOwner, { id }, { body: why }, options);
  }

  /** Lets the owner only read, for so many hours. */
  async limit(
    id: string,
    why: { readonly reason: string; readonly hours: number },
    options?: CallOptions,
  ): Promise<CaseDetails> {
    return await this.call(operations.limitOwner, { id }, { body: why }, options);
  }

  /** Keeps the owner out, for so many hours. */
  async suspend(
    id: string,
    why: { readonly reason: string; readonly hours: number },
    options?: CallOptions,
  ): Promise<CaseDetails> {
    return await this.call(operations.suspendOwner, { id }, { body: why }, options);
  }

  /** Appeals that wait for a decision. */
  appeals(options?: ListOptions): Listing<ModerationAction> {
    return this.listing(operations.listAppeals, {}, {}, options);
  }

  /** Decides an appeal. @throws `Forbidden` for the moderator whose action it is about */
  async decide(
    actionId: string,
    decision: { readonly decision: AppealDecision; readonly reason: string },
    options?: CallOptions,
  ): Promise<ModerationAction> {
    return await this.call(operations.decideAppeal, { id: actionId }, { body: decision }, options);
  }

  /** What the staff did, the last first; for administrators. */
  audit(options?: ListOptions): Listing<AuditEntry> {
    return this.listing(operations.readAudit, {}, {}, options);
  }
}
