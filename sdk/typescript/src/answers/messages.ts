import type { OnlineStatus, Page, Pagination, PersonInfo } from "./common.js";

/** Something to write to a friend. */
export interface NewMessage {
  readonly toUserId: string;
  /** 1 to 2,000 characters, and not white space alone. */
  readonly content: string;
  /**
   * What the message is called, by 1 to 255 visible ASCII characters: sent again under the same key within a day, it is
   * the same message. Each call makes a key of its own if it is left out. Keep one to repeat a send across calls, or
   * after a restart.
   */
  readonly idempotencyKey?: string | undefined;
}

/** One message. */
export interface Message {
  readonly id: string;
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly content: string;
  readonly isRead: boolean;
  /** When it reached the receiver: ISO 8601, UTC. */
  readonly deliveredAt?: string;
  /** ISO 8601, UTC. There once it was read. */
  readonly readAt?: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** What two friends write to each other, by its newest message. */
export interface Conversation {
  readonly friendId: string;
  readonly friendInfo: PersonInfo & { readonly onlineStatus: OnlineStatus };
  readonly lastMessage: Message;
  /** Messages of the friend that were not read. */
  readonly unreadCount: number;
}

/** Which messages are asked for. */
export interface HistoryFilter extends Page {
  /** The id of a message: only what was written before it, whatever is written meanwhile. */
  readonly before?: string | undefined;
}

/** One page of messages: the first page has the newest, and inside a page the oldest comes first. */
export interface MessagePage {
  readonly messages: readonly Message[];
  readonly pagination: Pagination;
}
