import type { Pagination } from "./common.js";

/** The kinds of notifications. */
export type NotificationKind =
  | "friend_request"
  | "friend_request_accepted"
  | "new_message"
  | "achievement"
  | "post_liked"
  | "post_commented"
  | "comment_replied"
  | "user_followed"
  | "post_mentioned"
  | "comment_mentioned"
  | "report_acted_on"
  | "report_dismissed"
  | "content_removed"
  | "account_warned"
  | "account_limited"
  | "account_suspended"
  | "appeal_upheld"
  | "appeal_reversed"
  | "announcement";

/** One notification. */
export interface Notification {
  readonly id: string;
  readonly kind: NotificationKind;
  /** Whose doing it was. */
  readonly actorId: string | null;
  readonly actorName: string | null;
  /** The id of what it is about, such as the request or the message. */
  readonly entityId: string | null;
  readonly title: string | null;
  readonly body: string | null;
  readonly isRead: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** One page of notifications, the newest first. */
export interface NotificationPage {
  readonly notifications: readonly Notification[];
  /** Of all pages together. */
  readonly unreadCount: number;
  readonly pagination: Pagination;
}

/** The channels besides the inbox. */
export type NotificationMethod = "push" | "email";

/** The preferences of one kind of notification. */
export interface NotificationPreference {
  readonly enabled: boolean;
  readonly methods: readonly NotificationMethod[];
}

/** The preferences of messages. */
export interface MessagePreference extends NotificationPreference {
  /** Not while they are there to see them. */
  readonly onlyWhenOffline: boolean;
}

/** The preferences of all kinds. */
export interface PreferenceKinds {
  readonly friendRequests: NotificationPreference;
  readonly friendRequestAccepted: NotificationPreference;
  readonly newMessages: MessagePreference;
  readonly achievements: NotificationPreference;
  readonly likes: NotificationPreference;
  /** Comments on one's posts, and replies to one's comments. */
  readonly comments: NotificationPreference;
  readonly follows: NotificationPreference;
  readonly mentions: NotificationPreference;
}

/** Quiet hours, in the user's time zone. `until` may be on the next day. */
export interface QuietHours {
  /** Such as `23:00`. */
  readonly from: string;
  /** Such as `07:30`. */
  readonly until: string;
  /** A name of the IANA time zones, such as `Europe/Moscow`. */
  readonly timeZone: string;
}

/** The notification preferences of a user. */
export interface NotificationPreferences {
  readonly userId: string;
  readonly preferences: PreferenceKinds;
  /** False wins over every `email` among the methods. */
  readonly emailNotifications: boolean;
  /** Missing when there are none. */
  readonly quietHours?: QuietHours;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** What is to change; everything that is left out stays. */
export interface PreferenceChanges {
  readonly preferences?: { readonly [Kind in keyof PreferenceKinds]?: Partial<PreferenceKinds[Kind]> };
  readonly emailNotifications?: boolean | undefined;
  /** Null for none any more. */
  readonly quietHours?: QuietHours | null | undefined;
}

/** Something that happened to the caller: `data` has the form of the API below `/api/v1`. */
export interface UserEvent {
  readonly type: string;
  readonly position: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Events behind a position. After a `resync` what was missed is not known any more. */
export interface EventPage {
  readonly events: readonly UserEvent[];
  readonly position: string;
  readonly resync: boolean;
}

/** What a browser needs to subscribe: its `applicationServerKey`. */
export interface PushKey {
  /** Base64url. */
  readonly publicKey: string;
}

/** What a browser's `PushSubscription.toJSON()` gives. */
export interface BrowserSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** A browser that is told. */
export interface Subscription {
  readonly id: string;
}
