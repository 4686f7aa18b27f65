/** What can be reported. */
export type ReportTarget = "POST" | "COMMENT" | "MESSAGE" | "PROFILE" | "PICTURE";

/** Why something is reported. */
export type ReportReason =
  | "SPAM"
  | "HARASSMENT"
  | "HATE"
  | "VIOLENCE"
  | "NUDITY"
  | "ILLEGAL"
  | "IMPERSONATION"
  | "OTHER";

/** What the reporter is told. */
export type ReportOutcome = "ACTION_TAKEN" | "NO_VIOLATION" | "ACCOUNT_DELETED";

/** Whether a case is decided. */
export type CaseStatus = "OPEN" | "CLOSED";

/** Which cases are listed. */
export type CaseState = "open" | "mine" | "closed";

/** The order of cases. */
export type CaseOrder = "newest" | "reports";

/** How a case ended. */
export type CaseOutcome = "DISMISSED" | "REMOVED" | "WARNED" | "LIMITED" | "SUSPENDED" | "OWNER_DELETED";

/** What moderators do. */
export type ModerationActionKind = "REMOVE" | "WARN" | "LIMIT" | "SUSPEND";

/** How an appeal ended. */
export type AppealDecision = "UPHELD" | "REVERSED";

/** What is reported, and why. */
export interface ReportToSend {
  readonly targetType: ReportTarget;
  readonly targetId: string;
  readonly reason: ReportReason;
  readonly details?: string | null | undefined;
}

/** A report by the caller. */
export interface Report {
  readonly id: string;
  readonly targetType: ReportTarget;
  readonly targetId: string;
  readonly reason: ReportReason;
  readonly details: string | null;
  readonly status: CaseStatus;
  readonly outcome: ReportOutcome | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly closedAt: string | null;
}

/** A user by name. */
export interface NamedUser {
  readonly id: string;
  readonly username: string;
}

/** All reports of one thing. */
export interface ModerationCase {
  readonly id: string;
  readonly targetType: ReportTarget;
  readonly targetId: string;
  readonly owner: NamedUser;
  readonly reportsCount: number;
  readonly assignee: NamedUser | null;
  readonly status: CaseStatus;
  readonly outcome: CaseOutcome | null;
  readonly openedAt: string;
  readonly lastReportedAt: string;
  readonly closedAt: string | null;
}

/** What was reported, as it was then. */
export interface ReportedContent {
  readonly content: Readonly<Record<string, unknown>> | null;
  readonly reportedAt: string;
}

/** A report as moderators see it. */
export interface ReceivedReport {
  readonly id: string;
  readonly reporter: NamedUser | null;
  readonly reason: ReportReason;
  readonly details: string | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
}

/** What moderators did, and what became of an appeal. */
export interface ModerationAction {
  readonly id: string;
  readonly caseId: string;
  readonly ownerId: string;
  readonly moderatorId: string;
  readonly targetType: ReportTarget;
  readonly action: ModerationActionKind;
  readonly reason: string | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly endsAt: string | null;
  readonly appeal: string | null;
  readonly appealedAt: string | null;
  readonly decision: AppealDecision | null;
  readonly decisionReason: string | null;
  readonly decidedAt: string | null;
}

/** What moderators did to content or the account of the caller. */
export interface OwnModerationAction {
  readonly id: string;
  readonly targetType: ReportTarget;
  readonly action: ModerationActionKind;
  readonly reason: string | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly endsAt: string | null;
  readonly appeal: string | null;
  readonly appealedAt: string | null;
  readonly decision: AppealDecision | null;
  readonly decisionReason: string | null;
  readonly decidedAt: string | null;
}

/** A case with its reports, what was reported, and what was done. */
export interface CaseDetails extends ModerationCase {
  readonly targetExists: boolean;
  readonly contents: readonly ReportedContent[];
  readonly reports: readonly ReceivedReport[];
  readonly actions: readonly ModerationAction[];
}

/** What a member of the staff did. */
export interface AuditEntry {
  readonly id: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly caseId: string | null;
  readonly subjectId: string | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
}
