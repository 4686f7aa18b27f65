import type { UserCard } from "./users.js";

/** Who sees a post. */
export type PostVisibility = "PUBLIC" | "FOLLOWERS" | "PRIVATE";

/** What the media of a post are. */
export type PostMediaType = "IMAGE" | "VIDEO" | "DOCUMENT";

/** Counters of a post. */
export interface PostCounts {
  readonly likes: number;
  readonly comments: number;
}

/** A post. `isBookmarked` is there where one post is read. */
export interface Post {
  readonly id: string;
  readonly content: string;
  readonly mediaUrls: readonly string[];
  readonly mediaType: PostMediaType | null;
  readonly visibility: PostVisibility;
  readonly likesCount: number;
  readonly commentsCount: number;
  readonly sharesCount: number;
  readonly authorId: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly publishedAt: string | null;
  readonly editedAt: string | null;
  readonly author: UserCard;
  readonly _count: PostCounts;
  readonly isLiked: boolean;
  readonly isBookmarked?: boolean;
  /** For `ifMatch`; where one is read. */
  readonly etag?: string;
}

/** A post with its last comments. */
export interface PostWithComments extends Post {
  readonly comments: readonly Comment[];
}

/** A post that a user has shared. */
export interface SharedPost extends Post {
  readonly sharedAt: string;
}

/** A post that the caller has bookmarked. */
export interface BookmarkedPost extends Post {
  readonly bookmarkedAt: string;
}

/**
 * A post to be published: for everyone if no visibility is given. With `publishedAt` in the future it is published
 * then.
 */
export interface PostToPublish {
  readonly content: string;
  readonly mediaUrls?: readonly string[] | undefined;
  readonly mediaType?: PostMediaType | null | undefined;
  readonly visibility?: PostVisibility | undefined;
  readonly publishedAt?: string | null | undefined;
}

/** What to change of a post. What is left out stays as it is. */
export interface PostChanges {
  readonly content?: string | undefined;
  readonly mediaUrls?: readonly string[] | undefined;
  readonly mediaType?: PostMediaType | null | undefined;
  readonly visibility?: PostVisibility | undefined;
  readonly publishedAt?: string | null | undefined;
}

/** A like or a share. */
export interface PostMark {
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly user: UserCard;
}

/** A text that a post has or had. */
export interface PostVersion {
  readonly content: string;
  readonly mediaUrls: readonly string[];
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly isCurrent: boolean;
}

/** A hashtag, without its sign. */
export interface Hashtag {
  readonly tag: string;
}

/** A hashtag and in how many posts it is. */
export interface HashtagCount {
  readonly tag: string;
  readonly postsCount: number;
}

/** A comment; `parentId` is the comment that it replies to. */
export interface Comment {
  readonly id: string;
  readonly content: string;
  readonly postId: string;
  readonly authorId: string;
  readonly parentId: string | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly editedAt: string | null;
  readonly author: UserCard;
  /** For `ifMatch`; where one is read. */
  readonly etag?: string;
}

/** A post that is not published. With `publishAt` it will be by itself, as `postId`. */
export interface Draft {
  readonly id: string;
  readonly content: string;
  readonly mediaUrls: readonly string[];
  readonly mediaType: PostMediaType | null;
  readonly visibility: PostVisibility;
  readonly publishAt: string | null;
  readonly postId: string | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** For `ifMatch`; where one is read. */
  readonly etag?: string;
}

/** A draft to be kept. With `publishAt` it becomes a post then. */
export interface DraftToKeep {
  readonly content: string;
  readonly mediaUrls?: readonly string[] | undefined;
  readonly mediaType?: PostMediaType | null | undefined;
  readonly visibility?: PostVisibility | undefined;
  readonly publishAt?: string | null | undefined;
}

/** What to change of a draft. What is left out stays as it is; `publishAt` of null lets it wait. */
export interface DraftChanges {
  readonly content?: string | undefined;
  readonly mediaUrls?: readonly string[] | undefined;
  readonly mediaType?: PostMediaType | null | undefined;
  readonly visibility?: PostVisibility | undefined;
  readonly publishAt?: string | null | undefined;
}
