import type { UserCard } from "./users.js";

/** What kind of thing happened. */
export type GroupedNotificationType = "LIKE" | "COMMENT" | "FOLLOW" | "MENTION" | "MESSAGE" | "SYSTEM";

/** What a notification is about. */
export type NotificationEntityType =
  | "friend_request"
  | "friendship"
  | "achievement"
  | "message"
  | "user"
  | "announcement"
  | "post"
  | "comment";

/**
 * What happened, of one kind and about one thing: `actor` is the last one who did it, and `othersCount` others did it
 * too, counted up to 100.
 */
export interface GroupedNotification {
  readonly id: string;
  readonly type: GroupedNotificationType;
  readonly content: string;
  readonly isRead: boolean;
  readonly entityType: NotificationEntityType | null;
  readonly entityId: string | null;
  readonly userId: string;
  readonly actorId: string | null;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly readAt: string | null;
  readonly othersCount: number;
  readonly actor?: UserCard;
  readonly body?: string;
}

/** A notification that was read. */
export interface ReadNotification {
  readonly id: string;
  readonly isRead: boolean;
  readonly readAt: string;
}
