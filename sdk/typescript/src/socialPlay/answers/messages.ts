import type { UserCard } from "./users.js";

/** A user's reaction to a message. */
export interface MessageReaction {
  readonly userId: string;
  readonly emoji: string;
}

/** A message between two users. */
export interface DirectMessage {
  readonly id: string;
  readonly content: string;
  readonly mediaUrl: string | null;
  readonly isRead: boolean;
  readonly senderId: string;
  readonly receiverId: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly createdAt: string;
  readonly deliveredAt: string | null;
  readonly readAt: string | null;
  readonly editedAt: string | null;
  readonly reactions: readonly MessageReaction[];
}

/** A message that a search has found, with the other user. */
export interface FoundMessage extends DirectMessage {
  readonly user: UserCard;
}

/** A conversation with its last message. */
export interface DirectConversation {
  readonly user: UserCard;
  readonly lastMessage: DirectMessage;
  readonly unreadCount: number;
}

/** A message to be sent. */
export interface DirectMessageToSend {
  readonly content: string;
  readonly mediaUrl?: string | null | undefined;
}

/** What to change of a message. What is left out stays as it is. */
export interface MessageChanges {
  readonly content?: string | undefined;
  readonly mediaUrl?: string | null | undefined;
}
