import type { OnlineStatus, Page, Pagination, PersonInfo } from "./common.js";

/** The receiver of a friend request. */
export interface NewFriendRequest {
  readonly toUserId: string;
  /** What they read with it: at most 500 characters. */
  readonly message?: string | undefined;
}

/** A request as it was sent. Who had been asked by the other one before is a friend at once: `accepted`. */
export interface SentFriendRequest {
  /** The id of the request. */
  readonly id: string;
  /** The sender of this one. */
  readonly userId: string;
  readonly friendId: string;
  readonly status: "pending" | "accepted";
  /** Who asked first. */
  readonly requestedBy: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** A request that was accepted. */
export interface AcceptedFriendRequest {
  readonly id: string;
  /** The user who accepted it. */
  readonly userId: string;
  readonly friendId: string;
  readonly status: "accepted";
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** Which friends are asked for. */
export interface FriendFilter extends Page {
  /** `all` if left out. Who is away is in neither of the other two. */
  readonly status?: "online" | "offline" | "all" | undefined;
}

/** A friend, and whether they are there. */
export interface FriendInfo extends PersonInfo {
  readonly onlineStatus: OnlineStatus;
  /** ISO 8601, UTC. Null if unknown or hidden. */
  readonly lastSeen: string | null;
  readonly currentGame: string | null;
}

/** One friend of the caller. */
export interface Friend {
  readonly id: string;
  /** The caller. */
  readonly userId: string;
  readonly friendId: string;
  readonly status: "accepted";
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly friendInfo: FriendInfo;
}

/** One page of friends. */
export interface FriendPage {
  readonly friends: readonly Friend[];
  readonly pagination: Pagination;
}

/** A pending request. */
export interface PendingFriendRequest {
  readonly id: string;
  /** The sender. */
  readonly userId: string;
  /** Who was asked. */
  readonly friendId: string;
  readonly status: "pending";
  readonly requestedBy: string;
  readonly message: string | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A request to the caller. */
export interface IncomingFriendRequest extends PendingFriendRequest {
  readonly senderInfo: PersonInfo;
}

/** A request of the caller. */
export interface OutgoingFriendRequest extends PendingFriendRequest {
  readonly receiverInfo: PersonInfo;
}

/** A user who was found by name. */
export interface FoundPerson extends PersonInfo {
  readonly userId: string;
  readonly onlineStatus: OnlineStatus;
  /** Their relation to the caller. */
  readonly friendshipStatus: "none" | "pending" | "friends";
  /** How many friends the two have in common. */
  readonly mutualFriends: number;
}

/** A blocked user. */
export interface BlockedPerson extends PersonInfo {
  readonly userId: string;
  /** ISO 8601, UTC. */
  readonly blockedAt: string;
}
