/** A friend, as achievements count them. */
export interface AchievementFriend {
  readonly friendId: string;
  /** ISO 8601, UTC. */
  readonly friendshipDate: string;
  /** Whether they have an account that is in use. */
  readonly isActive: boolean;
}

/** All friends of a user. */
export interface AchievementFriends {
  readonly userId: string;
  readonly friends: readonly AchievementFriend[];
  readonly totalFriends: number;
  /** When this was true: ISO 8601, UTC. The service keeps the answer until something changes. */
  readonly cachedAt: string;
}

/** The first friendship of a user. */
export interface FirstFriend {
  readonly userId: string;
  readonly friendId: string;
  /** When, such as `2024-03-15T10:30:00Z`. */
  readonly timestamp: string;
}

/** That the service was told. */
export interface Received {
  readonly received: true;
}

/** What two people are to each other. */
export interface SocialConnection {
  readonly userId: string;
  readonly targetUserId: string;
  readonly connectionType: "friends" | "pending_request" | "none";
  /** Since when: ISO 8601, UTC. Null without a connection. */
  readonly connectionDate: string | null;
  readonly canWriteReview: boolean;
  readonly metadata: {
    /** Such as `30 days`. Null unless they are friends. */
    readonly friendshipDuration: string | null;
    readonly mutualFriends: number;
  };
}

/** Whom two people both have for a friend. */
export interface MutualFriends {
  readonly userId: string;
  readonly targetUserId: string;
  readonly mutualFriendsCount: number;
  readonly mutualFriends: readonly { readonly friendId: string; readonly username: string }[];
  /** When this was true: ISO 8601, UTC. The service keeps the answer until something changes. */
  readonly cachedAt: string;
}
