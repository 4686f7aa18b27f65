/** A user as posts and messages show them. */
export interface UserCard {
  readonly id: string;
  readonly username: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly avatar: string | null;
}

/** A user in a list. */
export interface ListedUser {
  readonly id: string;
  readonly username: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly avatar: string | null;
  readonly bio: string | null;
}

/** The public profile of a user. */
export interface OtherUser {
  readonly id: string;
  readonly username: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly avatar: string | null;
  readonly bio: string | null;
  readonly coverImage: string | null;
  readonly isVerified: boolean;
  readonly isPrivate: boolean;
  readonly followersCount: number;
  readonly followingCount: number;
  readonly postsCount: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly isFollowing: boolean;
  /** For `ifMatch`; where one is read. */
  readonly etag?: string;
}

/** A user whom the caller has blocked. */
export interface UserBlock {
  readonly id: string;
  readonly username: string;
  readonly avatar: string | null;
  readonly blockedAt: string;
}

/** A user whom the caller has muted. */
export interface UserMute {
  readonly id: string;
  readonly username: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly avatar: string | null;
  readonly mutedAt: string;
}
