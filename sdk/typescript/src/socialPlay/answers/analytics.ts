/** What happened around an account on one day (UTC). */
export interface OwnDailyCounts {
  readonly day: string;
  readonly posts: number;
  readonly comments: number;
  readonly likes: number;
  readonly likesReceived: number;
  readonly commentsReceived: number;
  readonly newFollowers: number;
  readonly newFollowing: number;
  readonly messagesSent: number;
  readonly mediaUploaded: number;
}

/** The caller's counts, day by day. */
export interface OwnDailyReport {
  readonly from: string;
  readonly to: string;
  readonly countedUntil: string;
  readonly days: readonly OwnDailyCounts[];
}

/** What happened in the product on one day (UTC). */
export interface DailyCounts {
  readonly day: string;
  readonly registrations: number;
  readonly activeUsers: number;
  readonly posts: number;
  readonly comments: number;
  readonly likes: number;
  readonly follows: number;
  readonly messages: number;
  readonly media: number;
}

/** Counts of the product, day by day. */
export interface DailyReport {
  readonly from: string;
  readonly to: string;
  readonly countedUntil: string;
  readonly days: readonly DailyCounts[];
}
